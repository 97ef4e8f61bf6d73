import { draw } from '../../base/duration';
import type { GroupInstance } from '../groups/group';
import type { FlowDeps } from './flow-deps';

/**
 * Registers the instance with the group's target groups and puts it in service: the last part of a launch, of the way
 * out of Standby and of an attachment. Waits until EC2 says `running`; a target cannot be registered before.
 */
export function putInService(deps: FlowDeps, instance: GroupInstance, done: () => void): void {
  const { context, timings, watch } = deps;
  const { state } = instance;
  watch.when(instance.id, 'running', () => {
    context.clock.after(draw(context.random, timings.proceedMs), () => {
      if (instance.state !== state || !isRunning(deps, instance)) return;
      register(deps, instance);
      instance.state = 'InService';
      done();
    });
  });
}

/** The group's own registration: without a port, and a no-op where the instance is registered already. */
function register({ loadBalancing }: FlowDeps, instance: GroupInstance): void {
  const { group } = instance;
  if (group.suspended.has('AddToLoadBalancer')) return;
  for (const arn of group.targetGroupArns) {
    const targetGroup = loadBalancing.find(arn);
    if (targetGroup !== undefined) loadBalancing.register(targetGroup, instance.id, targetGroup.port);
  }
  instance.registered = true;
}

/** Deregisters what the group registered, and says when the last target will have drained. */
export function takeOutOfService({ context, loadBalancing }: FlowDeps, instance: GroupInstance): number {
  if (!instance.registered) return context.clock.millis();
  instance.registered = false;
  const ends = instance.group.targetGroupArns.flatMap((arn) => {
    const targetGroup = loadBalancing.find(arn);
    if (targetGroup === undefined) return [];
    loadBalancing.deregister(targetGroup, instance.id);
    return loadBalancing.targetsOf(targetGroup, instance.id).map((target) => target.drainingUntil ?? 0);
  });
  return Math.max(context.clock.millis(), ...ends);
}

function isRunning({ ec2 }: FlowDeps, instance: GroupInstance): boolean {
  return ec2.find(instance.id)?.state.current === 'running';
}
