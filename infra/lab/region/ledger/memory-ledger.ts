import {
  entryOf,
  instant,
  mayChange,
  mayWriteBuild,
  memberOf,
  notHolder,
  outdated,
} from '../../../../functions/fleet/ledger/rules';
import type {
  Breaker,
  BuildRecord,
  Claim,
  ClaimResult,
  GroupRecords,
  HistoryEntry,
  Hold,
  Holder,
  Ledger,
  Member,
  MemberChanges,
  Observation,
  Reserve,
  Slot,
} from '../../../../functions/fleet/ledger/port';
import { frozenCopyOf } from '../../kernel/copy';
import { changed } from './changed';
import { GroupState, type GroupSnapshot } from './group-state';

export interface MemoryLedgerOptions {
  /** Says which claims meet another transaction, as any may in DynamoDB. Default: none. */
  readonly contends?: (claim: Claim) => boolean;
}

/** A ledger in memory, with a window for those who check invariants. */
export interface MemoryLedger extends Ledger {
  /** Everything there is, by group, as a copy. */
  snapshot(): Record<string, GroupSnapshot>;
  /** All of it at this moment, as a point in time that it can be restored to. */
  backup(): LedgerBackup;
  /** Makes it what it was at the backup: later writes are lost. Without one, an empty table. */
  restore(backup?: LedgerBackup): void;
}

/** What a ledger held at one moment. Later writes do not change it. */
export type LedgerBackup = ReadonlyMap<string, GroupState>;

/** The twin of the DynamoDB ledger: same semantics, in memory. See SPEC.md. */
export function createMemoryLedger(options: MemoryLedgerOptions = {}): MemoryLedger {
  return new InMemory(options.contends ?? (() => false));
}

// Every method runs to its end without an `await`, so each is one transaction. They are `async` all the same, so that
// a refusal is a rejected promise, as it is there. What comes in is copied, and what is stored cannot be changed: no caller
// can change the ledger through an object that they hold, and what goes out, which is much more, needs no copy.
class InMemory implements MemoryLedger {
  readonly #groups = new Map<string, GroupState>();
  readonly #contends: (claim: Claim) => boolean;

  constructor(contends: (claim: Claim) => boolean) {
    this.#contends = contends;
  }

  async member(group: string, instanceId: string): Promise<Member | undefined> {
    return this.#groups.get(group)?.members.get(instanceId);
  }

  async members(group: string): Promise<Member[]> {
    return this.#groups.get(group)?.membersByIndex() ?? [];
  }

  async heldIndexes(group: string): Promise<number[]> {
    return this.#groups.get(group)?.heldIndexes() ?? [];
  }

  async slots(group: string): Promise<Slot[]> {
    return this.#groups.get(group)?.heldSlots() ?? [];
  }

  async claim(claim: Claim): Promise<ClaimResult> {
    if (this.#contends(claim)) return 'contended';
    const state = this.#stateOf(claim.group);
    if (state.members.has(claim.instanceId)) return 'already-member';
    if (state.slots.has(claim.index)) return 'index-taken';
    state.add(
      frozenCopyOf(memberOf(claim)),
      entryOf(claim, { name: claim.name, event: 'claimed', reason: claim.execution, at: claim.at }),
    );
    return 'claimed';
  }

  async update(holder: Holder, changes: MemberChanges, execution?: string): Promise<void> {
    const { state, member } = this.#held(holder);
    if (!mayChange(member, changes)) throw notHolder(holder);
    if (execution !== undefined && member.execution !== execution) throw notHolder(holder);
    state.members.set(member.instanceId, frozenCopyOf(changed(member, changes)));
  }

  async saveBuild(holder: Holder, job: string, record: BuildRecord): Promise<void> {
    this.#saveBuild(holder, job, record, false);
  }

  async endBuild(holder: Holder, job: string, record: BuildRecord): Promise<void> {
    this.#saveBuild(holder, job, record, true);
  }

  #saveBuild(holder: Holder, job: string, record: BuildRecord, hasEnded: boolean): void {
    const { state, member } = this.#held(holder);
    if (!mayWriteBuild(member, holder, hasEnded)) throw notHolder(holder);
    const stored = member.builds[job]?.revision ?? 0;
    if (record.revision !== stored + 1) throw outdated(holder, job, record.revision);
    const builds = { ...member.builds, [job]: record };
    state.members.set(member.instanceId, frozenCopyOf({ ...member, builds }));
  }

  async free(holder: Holder, reason: string, at: string, execution?: string): Promise<boolean> {
    const found = this.#find(holder);
    if (found === undefined) return false;
    if (execution !== undefined && found.member.execution !== execution) return false;
    found.state.remove(found.member, entryOf(holder, { name: found.member.name, event: 'freed', reason, at }));
    return true;
  }

  async findHold(group: string, instanceId: string): Promise<Hold | undefined> {
    return this.#groups.get(group)?.holds.get(instanceId);
  }

  async findReserve(group: string, instanceId: string): Promise<Reserve | undefined> {
    return this.#groups.get(group)?.reserves.get(instanceId);
  }

  async breaker(group: string): Promise<Breaker | undefined> {
    return this.#groups.get(group)?.breakers.get(group);
  }

  async records(group: string): Promise<GroupRecords> {
    return (this.#groups.get(group) ?? new GroupState()).records();
  }

  async saveHold(hold: Hold): Promise<void> {
    this.#stateOf(hold.group).holds.save(hold.instanceId, hold);
  }

  async saveReserve(reserve: Reserve): Promise<void> {
    this.#stateOf(reserve.group).reserves.save(reserve.instanceId, reserve);
  }

  async saveBreaker(breaker: Breaker): Promise<void> {
    this.#stateOf(breaker.group).breakers.save(breaker.group, breaker);
  }

  async observation(group: string, key: string): Promise<Observation | undefined> {
    return this.#groups.get(group)?.observations.get(key);
  }

  async saveObservation(observation: Observation): Promise<void> {
    instant(observation.at);
    this.#stateOf(observation.group).observations.save(observation.key, observation);
  }

  async removeHold(group: string, instanceId: string, execution?: string): Promise<void> {
    const isMeant = (hold: Hold) => execution === undefined || hold.execution === execution;
    this.#groups.get(group)?.holds.remove(instanceId, isMeant);
  }

  async removeReserve(group: string, instanceId: string, execution?: string): Promise<void> {
    const isMeant = (reserve: Reserve) => execution === undefined || reserve.execution === execution;
    this.#groups.get(group)?.reserves.remove(instanceId, isMeant);
  }

  async history(group: string, options: { index?: number; limit?: number } = {}): Promise<HistoryEntry[]> {
    return this.#groups.get(group)?.newestFirst(options) ?? [];
  }

  snapshot(): Record<string, GroupSnapshot> {
    return Object.fromEntries([...this.#groups].map(([group, state]) => [group, state.snapshot()]));
  }

  backup(): LedgerBackup {
    return new Map([...this.#groups].map(([group, state]) => [group, new GroupState(state)]));
  }

  restore(backup: LedgerBackup = new Map()): void {
    this.#groups.clear();
    for (const [group, state] of backup) this.#groups.set(group, new GroupState(state));
  }

  #held(holder: Holder): { state: GroupState; member: Member } {
    const found = this.#find(holder);
    if (found === undefined) throw notHolder(holder);
    return found;
  }

  #find(holder: Holder): { state: GroupState; member: Member } | undefined {
    const state = this.#groups.get(holder.group);
    const member = state?.members.get(holder.instanceId);
    return state !== undefined && member?.index === holder.index ? { state, member } : undefined;
  }

  #stateOf(group: string): GroupState {
    const state = this.#groups.get(group) ?? new GroupState();
    this.#groups.set(group, state);
    return state;
  }
}
