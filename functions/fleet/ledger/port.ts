import type { Hold, Notification, BuildRecord, Observations, Reserve } from './records';

export * from './records';

/**
 * The ledger: the truth about who holds which index. Tags and DNS are projections of it.
 *
 * Each holder has two items: a slot (group + index → instance) and a member (instance → everything else). They are
 * written and removed together, so a member exists exactly while its slot is held. Every change of holder adds an entry
 * to the group's history.
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
   * Changes the record of a member. Conditions: the instance still holds `index`; it is not being released, unless the
   * change is to `releasing` itself; its launch is not being ended, unless `endingSince` is among the changes. Fields
   * that are left out stay unchanged.
   *
   * @param execution if given, a further condition: the member belongs to this launch.
   * @throws LedgerError `NotHolder`: a condition is not met; nothing was changed.
   */
  update(holder: Holder, changes: MemberChanges, execution?: string): Promise<void>;

  /**
   * Stores the record of a job's build. Conditions: the instance still holds `index` and is not being released; its launch
   * is not being ended; the stored record has `record.revision - 1` (no record: 0). So of two runs of one step only one
   * can continue.
   *
   * @throws LedgerError `NotHolder`, or `Outdated`: another run stored a newer record; nothing was changed.
   */
  saveBuild(holder: Holder, job: string, record: BuildRecord): Promise<void>;

  /**
   * Stores the record of a build whose launch has ended, like `saveBuild`, but on the condition that the instance is being
   * released, or its root volume is being replaced. The launch's own steps can then no longer write the record.
   *
   * @throws LedgerError `NotHolder`, or `Outdated`, as `saveBuild`.
   */
  endBuild(holder: Holder, job: string, record: BuildRecord): Promise<void>;

  /**
   * Frees the index: deletes slot and member and adds a history entry, in one transaction. Does nothing, and returns
   * `false`, if the instance does not hold the index; with `execution`, also if it does not hold it for that launch.
   */
  free(holder: Holder, reason: string, at: string, execution?: string): Promise<boolean>;

  /** The hold of an instance's failed launch, or `undefined`. It can exist without a member. */
  findHold(group: string, instanceId: string): Promise<Hold | undefined>;

  /** The reserve: the record of an instance in the warm pool, or `undefined`. */
  findReserve(group: string, instanceId: string): Promise<Reserve | undefined>;

  /** The group's breaker, or `undefined` if no launch has failed yet. */
  breaker(group: string): Promise<Breaker | undefined>;

  /** All records of `group` except its history. */
  records(group: string): Promise<GroupRecords>;

  /**
   * Stores a whole record, on the condition that the stored one has `revision - 1` (no record: 0). So of two runs that
   * read the same record and decide, one can continue.
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

/** An instance as the holder of an index. Every change is conditional on it, so a stale holder changes nothing. */
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
  /** What was done for the instance before it had an index (in the warm pool). Default: nothing. */
  readonly builds?: Readonly<Record<string, BuildRecord>>;
}

export type ClaimResult =
  | 'claimed'
  /** Another instance holds the index. */
  | 'index-taken'
  /** The instance already holds an index: read its member. */
  | 'already-member'
  /** Another transaction was changing the same items: nothing was written, try again. */
  | 'contended';

/**
 * The phase of a member. `completing`: we have completed the lifecycle action, or may have. `releasing`: what it holds is
 * being removed, and no step of its launch may change anything now. `detached`: it has left its group
 * and still exists, with its index and its name. `replacing`: its root volume is
 * being replaced; it keeps index and name, and is launched again.
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
  /** Names for which we have written, or were about to write, records: the zone's id, `/`, the name. */
  readonly dnsNames?: readonly string[];
  /** Like `dnsChanges`, made by another launch in a batch; empty: the batch was refused, and its own step must do it. */
  readonly dnsBatch?: readonly string[];
  /** ARNs of the target groups that we have registered, or were about to register, the instance with. */
  readonly targetGroups?: readonly string[];
  /**
   * The addresses that were, or were about to be, registered with target groups that take addresses: the ARN, a space, the
   * address. For a target group without an entry here, the instance's id is registered.
   */
  readonly targets?: readonly string[];
  /** Target groups with which another launch has registered it, in a batch, since this launch began. */
  readonly registered?: readonly string[];
  /** The lifecycle action that we have completed, or were about to complete. */
  readonly completedToken?: string;
  /**
   * Since when its launch is being ended (ISO 8601): a release waits for the launch's last steps, and no step that begins
   * after this moment may act. Absent while its launch may act.
   */
  readonly endingSince?: string;
  /** By job (`provision`, `deploy`). */
  readonly builds: Readonly<Record<string, BuildRecord>>;
}

/** The fields of a member that its holder may change. */
export const changeableFields = [
  'execution',
  'phase',
  'inServiceAt',
  'addresses',
  'dnsChanges',
  'dnsNames',
  'dnsBatch',
  'targetGroups',
  'targets',
  'registered',
  'completedToken',
  'endingSince',
] as const satisfies readonly (keyof Member)[];

export type MemberChanges = Partial<Omit<Pick<Member, (typeof changeableFields)[number]>, 'endingSince'>> & {
  /** `null`: its launch, or the next one, may act (again). */
  readonly endingSince?: string | null;
};

/** Counts the launches of a group that failed in a row. While it is open, Muster abandons nothing by itself. */
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

/** Whether a release has taken it over, or is about to: no step of its launch may start anything now. */
export function isBeingReleased({ phase, endingSince }: Pick<Member, 'phase' | 'endingSince'>): boolean {
  return phase === 'releasing' || endingSince !== undefined;
}
