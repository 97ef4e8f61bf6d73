import type { lifecycleDetailTypes } from '../../../../functions/fleet/contracts/event-patterns';
import type { GroupSettings } from '../../../../functions/fleet/contracts/settings';

/** The two ends of an instance's life at which its group waits for Muster. */
export interface LifecycleKind {
  /** Names what belongs to it in the stack. */
  readonly id: 'Launch' | 'Terminate';
  readonly transition: string;
  readonly event: keyof typeof lifecycleDetailTypes;
  readonly hookName: (settings: GroupSettings) => string;
  /** What becomes of an instance whose action is not completed when the heartbeat timeout is over. */
  readonly defaultResult: 'ABANDON' | 'CONTINUE';
  /** Goes with the group's name: `Launches of web`. */
  readonly events: string;
}

export const launches: LifecycleKind = {
  id: 'Launch',
  transition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  event: 'launch',
  hookName: ({ launchHook }) => launchHook,
  // Never CONTINUE: it would let an instance into service that was not provisioned.
  defaultResult: 'ABANDON',
  events: 'Launches',
};

export const terminations: LifecycleKind = {
  id: 'Terminate',
  transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
  event: 'terminate',
  hookName: ({ terminateHook }) => terminateHook,
  // It leaves either way. CONTINUE lets the group's other hooks have their time.
  defaultResult: 'CONTINUE',
  events: 'Terminations',
};
