import { frozenCopyOf } from '../../kernel/copy';
import type { LedgerError } from '../../../../functions/fleet/ledger/records';

/** Records of one kind that are stored whole, by key, each with a revision that must be the next one. */
export class StateRecords<T extends { readonly revision: number }> {
  readonly #records = new Map<string, T>();
  readonly #outdated: (record: T) => LedgerError;

  /** @param outdated says what is thrown for a record whose revision is not next. */
  constructor(outdated: (record: T) => LedgerError) {
    this.#outdated = outdated;
  }

  get(key: string): T | undefined {
    return this.#records.get(key);
  }

  save(key: string, record: T): void {
    const stored = this.#records.get(key)?.revision ?? 0;
    if (record.revision !== stored + 1) throw this.#outdated(record);
    this.#records.set(key, frozenCopyOf(record));
  }

  remove(key: string, where: (record: T) => boolean = () => true): void {
    const stored = this.#records.get(key);
    if (stored !== undefined && where(stored)) this.#records.delete(key);
  }

  /** All of them, by key. */
  all(): T[] {
    const byKey = [...this.#records].sort(([left], [right]) => (left < right ? -1 : 1));
    return byKey.map(([, record]) => record);
  }

  /** The same records, apart from these from now on. */
  copy(): StateRecords<T> {
    const copied = new StateRecords<T>(this.#outdated);
    for (const [key, record] of this.#records) copied.#records.set(key, record);
    return copied;
  }
}
