import { defaultHistoryLimit, historyKey } from '../../../../functions/fleet/contracts/ledger-rules';
import type { HistoryEntry, Member } from '../../../../functions/fleet/ports/ledger';

/** A group's ledger at one moment, for those who check invariants. */
export interface GroupSnapshot {
  /** Who holds which index, by index. */
  readonly slots: readonly { readonly index: number; readonly instanceId: string }[];
  /** By index. */
  readonly members: readonly Member[];
  /** All of it, in the order of writing. */
  readonly history: readonly HistoryEntry[];
}

/** What the ledger holds of one group. */
export class GroupState {
  /** Index → instance. */
  readonly slots = new Map<number, string>();
  /** Instance → member. */
  readonly members = new Map<string, Member>();
  /** By the same keys as in DynamoDB, so that a second write of one entry replaces it there and here. */
  readonly #history = new Map<string, HistoryEntry>();

  // The entry first: it refuses an index or a time that is none, before anything has changed.
  add(member: Member, entry: HistoryEntry): void {
    this.#record(entry);
    this.slots.set(member.index, member.instanceId);
    this.members.set(member.instanceId, member);
  }

  remove(member: Member, entry: HistoryEntry): void {
    this.#record(entry);
    this.slots.delete(member.index);
    this.members.delete(member.instanceId);
  }

  heldIndexes(): number[] {
    return [...this.slots.keys()].sort((left, right) => left - right);
  }

  membersByIndex(): Member[] {
    return structuredClone([...this.members.values()].sort((left, right) => left.index - right.index));
  }

  newestFirst({ index, limit = defaultHistoryLimit }: { index?: number; limit?: number }): HistoryEntry[] {
    return [...this.#history.values()]
      .filter((entry) => index === undefined || entry.index === index)
      .map((entry) => ({ entry, key: historyKey(entry) }))
      .sort((left, right) => (left.key < right.key ? 1 : -1))
      .slice(0, Math.max(0, limit))
      .map(({ entry }) => ({ ...entry }));
  }

  snapshot(): GroupSnapshot {
    return {
      slots: this.heldIndexes().map((index) => ({ index, instanceId: this.slots.get(index) as string })),
      members: this.membersByIndex(),
      history: structuredClone([...this.#history.values()]),
    };
  }

  #record(entry: HistoryEntry): void {
    this.#history.set(historyKey(entry), entry);
  }
}
