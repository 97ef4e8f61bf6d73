import type { Hold, Notification, BuildRecord, Observations, Reserve } from './records';

export * from './records';

/**
 * The ledger: the truth about who holds which index. Tags and DNS are projections of it.
 *
 * Two kinds of item speak for each holder: a slot (group + index → instance) and a member (instance → everything
 * else). They are written and removed together, so a member exists exactly while its slot is held. Every change of
 * holder leaves an entry in the group's history.
 *
 * All reads are strongly consistent. Times are ISO 8601 strings in UTC.
 */
export interface Ledger extends Observations {
  /** The member that `instanceId` is in `group`, or `undefined` if it holds no index there (any more). */
  member(group: string, instanceId: string): Promise<Member | undefined>;

  /** All members of `group`, by index. */
  members(group: string): Promise<Member[]>;

  /** The indexes held in `group`, ascending. */
  heldIndexes(group: string): Promise<number[]>;

  /** Who holds which index of `group`, ascending. */
  slots(group: string): Promise<Slot[]>;

  /**
   * Gives `index` to the instance: slot, member and history entry in one transaction, on the condition that neither
   * the slot nor the member exists.
   */
  claim(claim: Claim): Promise<ClaimResult>;

  /**
   * Changes what is recorded of a member, on the condition that the instance still holds `index`; but for the change to
   * `releasing` itself, that it is not being released; and, unless `endingSince` is among the changes, that its launch is
   * not being ended. Fields that are left out stay as they are.
   *
   * @param execution on the condition, too, that the member is this launch's.
   * @throws LedgerError `NotHolder`: it no longer holds it, or is giving it up; nothing was changed.
   */
  update(holder: Holder, changes: MemberChanges, execution?: string): Promise<void>;

  /**
   * Stores the record of a job's build, on the condition that the instance still holds `index`, is not being released,
   * that its launch is not being ended, and that the stored record has `record.revision - 1` (no record: 0). So of two
   * runs of one step only one can continue.
   *
   * @throws LedgerError `NotHolder`, or `Outdated`: another run stored a newer record; nothing was changed.
   */
  saveBuild(holder: Holder, job: string, record: BuildRecord): Promise<void>;

  /**
   * Stores the record of a build whose launch has ended, as `saveBuild` does, but on the condition that the instance is
   * being released, or its root volume replaced. A launch's own steps can write none of it any more.
   *
   * @throws LedgerError `NotHolder`, or `Outdated`, as `saveBuild`.
   */
  endBuild(holder: Holder, job: string, record: BuildRecord): Promise<void>;

  /**
   * Takes the index back: slot and member go, a history entry stays, in one transaction. Does nothing, and returns
   * `false`, if the instance does not hold the index; with `execution`, if it does not hold it for that launch.
   */
  free(holder: Holder, reason: string, at: string, execution?: string): Promise<boolean>;

  /** The hold of an instance's failed launch, or `undefined`. It can exist without a member. */
  findHold(group: string, instanceId: string): Promise<Hold | undefined>;

  /** What is kept of an instance in the warm pool, or `undefined`. */
  findReserve(group: string, instanceId: string): Promise<Reserve | undefined>;

  /** The group's breaker, or `undefined` if no launch has failed yet. */
  breaker(group: string): Promise<Breaker | undefined>;

  /** Everything that is known of `group`, but its history. */
  records(group: string): Promise<GroupRecords>;

  /**
   * Stores a record whole, on the condition that the stored one has `revision - 1` (none: 0). So of two that read the
   * same and decide, one continues.
   *
   * @throws LedgerError `Outdated`: another run stored a newer one; nothing was changed.
   */
  saveHold(hold: Hold): Promise<void>;
  saveReserve(reserve: Reserve): Promise<void>;
  saveBreaker(breaker: Breaker): Promise<void>;

  /** Removes the hold if there is one; with `execution`, only one of that execution. */
  removeHold(group: string, instanceId: string, execution?: string): Promise<void>;
  /** The same for the reserve. */
  removeReserve(group: string, instanceId: string, execution?: string): Promise<void>;

  /** Who held the group's indexes, newest first: of one index, or of all. At most `limit` entries (default 50). */
  history(group: string, options?: { index?: number; limit?: number }): Promise<HistoryEntry[]>;
}

/** An index, and the instance that holds it. */
export type Slot = Pick<Holder, 'index' | 'instanceId'>;

/** Who acts: an instance as the holder of an index. Fences every change: a stale holder changes nothing. */
export interface Holder {
  readonly group: string;
  readonly instanceId: string;
  readonly index: number;
}

export interface Claim extends Holder {
  readonly name: string;
  /** Absent when the group has no DNS. */
  readonly fqdn?: string;
  /** ARN of the execution that claims. */
  readonly execution: string;
  readonly at: string;
  /** What the instance has been through before it had an index (in the warm pool). Default: nothing. */
  readonly builds?: Readonly<Record<string, BuildRecord>>;
}

export type ClaimResult =
  | 'claimed'
  /** Another instance holds the index. */
  | 'index-taken'
  /** The instance holds an index already: read the member. */
  | 'already-member'
  /** The ledger met another transaction on the same items: nothing was written, try again. */
  | 'contended';

/**
 * How far a member has come. `completing`: the lifecycle action was, or may have been, completed by us. `releasing`:
 * it gives up what it holds, and no step of its launch may touch anything any more. `detached`: it has left its group
 * and still exists, with its index and its name. `replacing`: its root volume is
 * being replaced; it keeps index and name, and is launched once more.
 */
export const phases = ['launching', 'completing', 'in-service', 'replacing', 'detached', 'releasing'] as const;
export type Phase = (typeof phases)[number];

export interface Member extends Holder {
  readonly name: string;
  readonly fqdn?: string;
  readonly execution: string;
  readonly phase: Phase;
  readonly claimedAt: string;
  readonly inServiceAt?: string;
  /** The private addresses of its primary network interface, at most one of each family. */
  readonly addresses?: readonly string[];
  /** Ids of the last DNS changes that we made, one for each name, the forward one first. */
  readonly dnsChanges?: readonly string[];
  /** Where we have put, or were about to put, records of it: the zone's id, `/`, the name. */
  readonly dnsNames?: readonly string[];
  /** Like `dnsChanges`, made by another launch for several at once; empty: refused, it is for its own step. */
  readonly dnsBatch?: readonly string[];
  /** ARNs of the target groups that we have registered, or were about to register, the instance with. */
  readonly targetGroups?: readonly string[];
  /**
   * Which addresses were, or were about to be, registered with those of them that take addresses: the ARN, a space, the
   * address. Without an entry here it is the instance's id.
   */
  readonly targets?: readonly string[];
  /** Those of them with which another launch has registered it, for several at once, since this launch began. */
  readonly registered?: readonly string[];
  /** The lifecycle action that we have completed, or were about to complete. */
  readonly completedToken?: string;
  /**
   * Since when its launch is being ended (ISO 8601): a release waits for the launch's last steps, and no step that begins
   * after this moment may act any more. Absent while its launch has the say.
   */
  readonly endingSince?: string;
  /** By job (`provision`, `deploy`). */
  readonly builds: Readonly<Record<string, BuildRecord>>;
}

export type MemberChanges = Partial<
  Pick<
    Member,
    | 'execution'
    | 'phase'
    | 'inServiceAt'
    | 'addresses'
    | 'dnsChanges'
    | 'dnsNames'
    | 'dnsBatch'
    | 'targetGroups'
    | 'targets'
    | 'registered'
    | 'completedToken'
  >
> & {
  /** `null`: its launch, or the next one, has the say (again). */
  readonly endingSince?: string | null;
};

/** Counts the launches of a group that failed one after the other. While it is open nothing is abandoned. */
export interface Breaker {
  readonly group: string;
  /** Counts the writes of this record, from 1. */
  readonly revision: number;
  /** The instances whose launches have failed since the last success, oldest first. */
  readonly failed: readonly string[];
  /** Absent while it is closed. */
  readonly openedAt?: string;
  readonly report?: Notification;
}

/** Members by index, the others by instance. */
export interface GroupRecords {
  readonly members: readonly Member[];
  readonly holds: readonly Hold[];
  readonly reserves: readonly Reserve[];
  readonly breaker?: Breaker;
}

export interface HistoryEntry {
  readonly group: string;
  readonly index: number;
  readonly name: string;
  readonly instanceId: string;
  readonly event: 'claimed' | 'freed';
  readonly reason: string;
  readonly at: string;
}

/** Whether a release has it, or is about to: no step of its launch may begin anything any more. */
export function isBeingReleased({ phase, endingSince }: Pick<Member, 'phase' | 'endingSince'>): boolean {
  return phase === 'releasing' || endingSince !== undefined;
}
