import { draw } from '../../base/duration';
import type { GroupInstance } from '../groups/group';
import type { FlowDeps } from '../flows/flow-deps';

/** The last part of the way into the warm pool: waits until EC2 says `running`, and stops the instance if need be. */
export function restInPool(deps: FlowDeps, instance: GroupInstance, done: () => void): void {
  const { context, timings, watch, ec2 } = deps;
  const { id, state } = instance;
  const rest = (resting: 'Warmed:Stopped' | 'Warmed:Running') => {
    instance.state = resting;
    done();
  };
  watch.when(id, 'running', () => {
    context.clock.after(draw(context.random, timings.proceedMs), () => {
      if (instance.state !== state || ec2.find(id)?.state.current !== 'running') return;
      if (instance.group.warmPool?.state === 'Running') {
        rest('Warmed:Running');
        return;
      }
      watch.when(id, 'stopped', () => {
        if (instance.state === state) rest('Warmed:Stopped');
      });
      ec2.stop(id);
    });
  });
}
