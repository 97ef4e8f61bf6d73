import type { Launch, Release } from '../../contracts/inputs';
import type { GroupSettings } from '../../contracts/settings';
import type { LaunchExecution } from '../launch-execution';
import type { Hold, Member, Reserve } from '../../ledger/port';

/**
 * What EC2 says about an instance: it exists, stopped or not; it has ended, or is about to; or EC2 does not know it.
 *
 * A state that a newer AWS may invent counts as existing: that keeps a number, and gives none away.
 */
export type Presence = 'there' | 'ended' | 'unknown';

/** Everything that was read about one instance. */
export interface Sighting {
  readonly group: string;
  readonly instanceId: string;
  /** Auto Scaling's lifecycle state; `undefined`: the group does not have it. */
  readonly state: string | undefined;
  /** What EC2 says about a member in doubt; absent: EC2 was not asked, or did not answer. */
  readonly presence?: Presence | undefined;
  readonly member?: Member | undefined;
  readonly hold?: Hold | undefined;
  readonly reserve?: Reserve | undefined;
  /** The execution of its launch; read only if a decision can depend on it. */
  readonly launch?: LaunchExecution | undefined;
  readonly isReleasing: boolean;
  /** How the last release that its state requires has ended, if there was one. */
  readonly releaseStatus?: string | undefined;
}

/** What all decisions about the instances of a group need. */
export interface GroupView {
  /** `undefined`: the settings cannot be read. */
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
  /**
   * Start the launch if a heartbeat is accepted, otherwise do nothing: only Auto Scaling knows which hook holds the
   * instance.
   */
  | { readonly action: 'start-if-held'; readonly launch: Launch; readonly hookName: string; readonly reason: string }
  | { readonly action: 'release'; readonly release: Release; readonly reason: string }
  /** Hold and report the launch, or record that it succeeded. */
  | { readonly action: 'settle'; readonly execution: LaunchExecution; readonly reason: string }
  | { readonly action: 'mark-replacing'; readonly member: Member; readonly reason: string }
  | { readonly action: 'mark-in-service'; readonly member: Member; readonly reason: string }
  /** The instance runs outside of its group. `stop`: ARN of its launch, which can no longer succeed. */
  | { readonly action: 'detached'; readonly member: Member; readonly stop?: string; readonly reason: string }
  | {
      readonly action: 'attached';
      readonly member: Member;
      readonly phase: 'launching' | 'in-service';
      readonly reason: string;
    };
