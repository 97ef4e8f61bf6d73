import type { Observation } from './observe';
import type { World } from './world';

/** A lifecycle action, as Auto Scaling has announced it: also if its event was lost. */
export interface OpenedAction {
  readonly token: string;
  readonly group: string;
  readonly hook: string;
  readonly instanceId: string;
  readonly isLaunch: boolean;
  readonly origin: string;
  readonly destination: string;
  readonly openedAt: number;
}

/** Keeps all lifecycle actions of a world by their tokens. */
export function actionsSeen({ clock }: World) {
  const actions = new Map<string, OpenedAction>();
  return {
    byToken: (token: string): OpenedAction | undefined => actions.get(token),
    note(seen: Observation): void {
      if (seen.kind !== 'event') return;
      const { detail } = seen.event;
      const token = detail.LifecycleActionToken;
      if (typeof token !== 'string') return;
      actions.set(token, {
        token,
        group: String(detail.AutoScalingGroupName),
        hook: String(detail.LifecycleHookName),
        instanceId: String(detail.EC2InstanceId),
        isLaunch: detail.LifecycleTransition === 'autoscaling:EC2_INSTANCE_LAUNCHING',
        origin: String(detail.Origin),
        destination: String(detail.Destination),
        openedAt: clock.millis(),
      });
    },
  };
}
