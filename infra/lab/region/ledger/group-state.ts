import {
  defaultHistoryLimit,
  historyKey,
  outdatedBreaker,
  outdatedHold,
  outdatedObservation,
  outdatedReserve,
} from '../../../../functions/fleet/ledger/rules';
import type {
  Breaker,
  GroupRecords,
  HistoryEntry,
  Hold,
  Member,
  Observation,
  Reserve,
  Slot,
} from '../../../../functions/fleet/ledger/port';
import { copyOf } from '../../kernel/copy';
import { StateRecords } from './state-records';

/** A group's ledger at one moment, for those who check invariants. Members by index, holds and reserves by instance. */
export interface GroupSnapshot extends GroupRecords {
  /** Who holds which index, by index. */
  readonly slots: readonly Slot[];
  /** All of it, in the order of writing. */
  readonly history: readonly HistoryEntry[];
}

/** What the ledger holds of one group. */
export class GroupState {
  /** Index → instance. */
  readonly slots = new Map<number, string>();
  /** Instance → member. */
  readonly members = new Map<string, Member>();
  /** By instance. */
  readonly holds: StateRecords<Hold>;
  /** By instance. */
  readonly reserves: StateRecords<Reserve>;
  /** By group: one at most. */
  readonly breakers: StateRecords<Breaker>;
  /** By key. */
  readonly observations: StateRecords<Observation>;
  /** By the same keys as in DynamoDB, so that a second write of one entry replaces it there and here. */
  readonly #history = new Map<string, HistoryEntry>();

  /** @param from what it begins with, as a copy. Default: nothing. */
  constructor(from?: GroupState) {
    this.holds = from?.holds.copy() ?? new StateRecords(outdatedHold);
    this.reserves = from?.reserves.copy() ?? new StateRecords(outdatedReserve);
    this.breakers = from?.breakers.copy() ?? new StateRecords(outdatedBreaker);
    this.observations = from?.observations.copy() ?? new StateRecords(outdatedObservation);
    // What is stored is never changed, only replaced: the values can be shared.
    for (const [index, instanceId] of from?.slots ?? []) this.slots.set(index, instanceId);
    for (const [instanceId, member] of from?.members ?? []) this.members.set(instanceId, member);
    if (from !== undefined) for (const [key, entry] of from.#history) this.#history.set(key, entry);
  }

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

  heldSlots(): Slot[] {
    return this.heldIndexes().map((index) => ({ index, instanceId: this.slots.get(index) as string }));
  }

  membersByIndex(): Member[] {
    return [...this.members.values()].sort((left, right) => left.index - right.index);
  }

  records(): GroupRecords {
    const [breaker] = this.breakers.all();
    return {
      members: this.membersByIndex(),
      holds: this.holds.all(),
      reserves: this.reserves.all(),
      ...(breaker === undefined ? {} : { breaker }),
    };
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
      slots: this.heldSlots(),
      ...this.records(),
      history: copyOf([...this.#history.values()]),
    };
  }

  #record(entry: HistoryEntry): void {
    this.#history.set(historyKey(entry), entry);
  }
}
