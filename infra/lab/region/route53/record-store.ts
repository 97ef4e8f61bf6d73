import type { RRType } from '@aws-sdk/client-route-53';
import { normalizeName, sortKey } from './names';

/** One record set: all values of one name and type. */
export interface RecordSet {
  readonly name: string;
  readonly type: RRType;
  readonly ttl: number;
  readonly values: readonly string[];
  /** Of a record set with a routing policy (weighted, …), which only `world.foreign` makes: one a name and type. */
  readonly setIdentifier?: string;
  /** Of an alias, which only `world.foreign` makes: it has no values and no TTL. */
  readonly aliasOf?: string;
}

export function recordKey(name: string, type: string): string {
  return `${name} ${type}`;
}

interface Entry {
  readonly order: string;
  readonly record: RecordSet;
}

/** A zone's records, always in Route 53's order: by name with the labels reversed, then by type. */
export class RecordStore {
  readonly #byKey = new Map<string, RecordSet>();
  readonly #sorted: Entry[] = [];

  constructor(records: readonly RecordSet[]) {
    records.forEach((record) => this.put(record));
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(name: string, type: string): RecordSet | undefined {
    return this.#byKey.get(recordKey(name, type));
  }

  /** Adds the record, or replaces the one of the same name and type. */
  put(record: RecordSet): void {
    const order = orderOf(record.name, record.type);
    const isNew = !this.#byKey.has(recordKey(record.name, record.type));
    this.#byKey.set(recordKey(record.name, record.type), record);
    this.#sorted.splice(this.#firstFrom(order), isNew ? 0 : 1, { order, record });
  }

  delete(name: string, type: string): void {
    if (this.#byKey.delete(recordKey(name, type))) this.#sorted.splice(this.#firstFrom(orderOf(name, type)), 1);
  }

  /** At most `count` records, from the first that is not before the start. */
  from(startName: string | undefined, startType: string | undefined, count: number): RecordSet[] {
    const start = startName === undefined ? 0 : this.#firstFrom(orderOf(normalizeName(startName), startType ?? ''));
    return this.#sorted.slice(start, start + count).map(({ record }) => record);
  }

  /** Binary search: the index of the first entry that is not before `order`. */
  #firstFrom(order: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = this.#sorted[middle];
      if (entry !== undefined && entry.order < order) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A space sorts before everything that a name can have. */
function orderOf(name: string, type: string): string {
  return `${sortKey(name)} ${type}`;
}
