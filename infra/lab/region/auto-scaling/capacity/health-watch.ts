import { draw } from '../../base/duration';
import type { InstanceState } from '../../ec2/instance';
import { at } from '../groups/activity';
import { isLeaving, type GroupInstance } from '../groups/group';
import type { FlowDeps } from '../flows/flow-deps';
import type { Terminations } from '../flows/terminations';

const finding =
  'an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.';

/** The groups' EC2 health check: notices, late, instances that were ended or stopped from outside. */
export function watchHealth(
  deps: FlowDeps,
  terminations: Terminations,
  find: (instanceId: string) => GroupInstance | undefined,
): void {
  const { context, timings } = deps;
  deps.ec2.onTransition(({ id }, state) => {
    const instance = find(id);
    if (instance === undefined || isLeaving(instance) || !isBad(instance, state)) return;
    if (/Standby$/.test(instance.state) && !timings.noticesInStandby) return;
    const after = /^(Warmed:)?Pending(:Wait)?$/.test(instance.state) ? timings.noticePendingMs : timings.noticeMs;
    if (after === 'never') return;
    context.clock.after(draw(context.random, after), () => {
      if (isLeaving(instance)) return;
      instance.healthy = false;
      const lost = state === 'shutting-down' && !timings.terminateHookWhenGone;
      if (lost) terminations.lose(instance, at(context, finding));
      else terminations.terminate(instance, at(context, finding), { hooks: true });
    });
  });
}

/** To be stopped is an illness, except in a warm pool that keeps its instances so. */
function isBad(instance: GroupInstance, state: InstanceState): boolean {
  return state === 'shutting-down' || (state === 'stopped' && instance.state !== 'Warmed:Stopped');
}
