import { recordKey, type RecordSet, type RecordStore } from './record-store';

/** A zone's records with changes that are not made yet, and may never be. */
export class Draft {
  readonly #records: RecordStore;
  /** `undefined`: to be deleted. */
  readonly #changed = new Map<string, { readonly record: RecordSet; readonly isDeleted: boolean }>();

  constructor(records: RecordStore) {
    this.#records = records;
  }

  get(name: string, type: string): RecordSet | undefined {
    const change = this.#changed.get(recordKey(name, type));
    if (change === undefined) return this.#records.get(name, type);
    return change.isDeleted ? undefined : change.record;
  }

  put(record: RecordSet): void {
    this.#changed.set(recordKey(record.name, record.type), { record, isDeleted: false });
  }

  delete(record: RecordSet): void {
    this.#changed.set(recordKey(record.name, record.type), { record, isDeleted: true });
  }

  /** How many records there would be. */
  get size(): number {
    let size = this.#records.size;
    for (const { record, isDeleted } of this.#changed.values()) {
      const isThere = this.#records.get(record.name, record.type) !== undefined;
      size += Number(!isDeleted) - Number(isThere);
    }
    return size;
  }

  /** Makes the changes. */
  apply(): void {
    for (const { record, isDeleted } of this.#changed.values()) {
      if (isDeleted) this.#records.delete(record.name, record.type);
      else this.#records.put(record);
    }
  }
}
