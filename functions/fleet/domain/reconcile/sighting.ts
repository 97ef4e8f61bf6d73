import type { Launch, Release } from '../../contracts/inputs';
import type { GroupSettings } from '../../contracts/settings';
import type { LaunchExecution } from '../launch-execution';
import type { Hold, Member, Reserve } from '../../ledger/port';

/**
 * What EC2 says of an instance: it is there, stopped or not; it has ended, or is about to; it is not known.
 *
 * A state that a newer AWS may invent counts as being there: that keeps a number, and gives away none.
 */
export type Presence = 'there' | 'ended' | 'unknown';

/** Everything that was seen of one instance. */
export interface Sighting {
  readonly group: string;
  readonly instanceId: string;
  /** Auto Scaling's lifecycle state; `undefined`: the group does not have it. */
  readonly state: string | undefined;
  /** What EC2 says, of a member that is in doubt; absent: EC2 was not asked, or did not answer. */
  readonly presence?: Presence | undefined;
  readonly member?: Member | undefined;
  readonly hold?: Hold | undefined;
  readonly reserve?: Reserve | undefined;
  /** The execution that serves its launch; looked for only where a decision can depend on it. */
  readonly launch?: LaunchExecution | undefined;
  readonly isReleasing: boolean;
  /** How the last release that its state asks for has ended, if there was one. */
  readonly releaseStatus?: string | undefined;
}

/** What decides about all instances of a group. */
export interface GroupView {
  /** `undefined`: they cannot be read. */
  readonly settings: GroupSettings | undefined;
  /** Heartbeat timeouts in seconds, by the name of the hook. */
  readonly hooks: Readonly<Record<string, number>>;
  readonly breakerIsOpen: boolean;
  /** How many instances of all groups wait in lifecycle hooks. */
  readonly waiting: number;
  readonly now: Date;
}

export type Decision =
  | { readonly action: 'heartbeat'; readonly hookName: string; readonly reason: string }
  | { readonly action: 'start'; readonly launch: Launch; readonly reason: string }
  /** Start it if its heartbeat can be recorded, and do nothing if not: only Auto Scaling knows whose hook it waits for. */
  | { readonly action: 'start-if-held'; readonly launch: Launch; readonly hookName: string; readonly reason: string }
  | { readonly action: 'release'; readonly release: Release; readonly reason: string }
  /** Hold and report it, or take note that it has ended well. */
  | { readonly action: 'settle'; readonly execution: LaunchExecution; readonly reason: string }
  | { readonly action: 'mark-replacing'; readonly member: Member; readonly reason: string }
  | { readonly action: 'mark-in-service'; readonly member: Member; readonly reason: string }
  /** It runs on outside of its group. `stop`: ARN of its launch, which cannot come to a good end any more. */
  | { readonly action: 'detached'; readonly member: Member; readonly stop?: string; readonly reason: string }
  | {
      readonly action: 'attached';
      readonly member: Member;
      readonly phase: 'launching' | 'in-service';
      readonly reason: string;
    };
