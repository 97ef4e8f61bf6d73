import type { Duration } from '../../base/duration';

export interface AutoScalingTimings {
  /** From a change of the desired capacity, or a loss, to the group's reaction. */
  readonly reactionMs: Duration;
  /** From the launch to `Pending:Wait`; independent of EC2's boot, so the event may come before `running`. */
  readonly enterHookMs: Duration;
  /** From `Pending:Proceed` to the registration and `InService`; also the way out of Standby and in by attachment. */
  readonly proceedMs: Duration;
  /** From `Terminating:Proceed` to the call that ends the instance. */
  readonly terminateMs: Duration;
  /** From the end of an instance that the group did not end itself to the group's noticing. */
  readonly noticeMs: Duration;
  /** The same while the instance still waits in a launch hook, which AWS does not document. */
  readonly noticePendingMs: Duration | 'never';
  /** Whether the same is noticed in Standby. The documentation says that there are no health checks there. */
  readonly noticesInStandby: boolean;
  /** From `ReplacingRootVolume:Proceed` to `RootVolumeReplaced`. */
  readonly rootVolumeMs: Duration;
  /**
   * Whether the terminate hooks are asked about an instance that was ended from outside, Spot interruptions among
   * them. The documentation says no; a handler of terminate events had better stand both.
   */
  readonly terminateHookWhenGone: boolean;
  /** Whether a launch that was abandoned runs the terminate hooks, which AWS does not document. */
  readonly terminateHookAfterAbandon: boolean;
  /** How long a group waits before it launches again, after so many failed launches in a row. */
  readonly backoffMs: (failures: number) => number;
}

export const autoScalingTimings: AutoScalingTimings = {
  reactionMs: [500, 3_000],
  enterHookMs: [2_000, 6_000],
  proceedMs: [500, 2_000],
  terminateMs: [500, 2_000],
  noticeMs: [30_000, 90_000],
  noticePendingMs: [30_000, 90_000],
  noticesInStandby: false,
  rootVolumeMs: [20_000, 60_000],
  terminateHookWhenGone: false,
  terminateHookAfterAbandon: false,
  // "limits the rate at which it allows instances to launch if the lifecycle hooks are failing consistently"
  backoffMs: (failures) => (failures < 3 ? 0 : Math.min(30_000 * 2 ** (failures - 3), 15 * 60_000)),
};
