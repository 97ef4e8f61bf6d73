import { cannotHaveTarget } from '../../../shared/aws-errors';
import { answered, readTargetHealth } from '../../resources/instance';
import { StepError } from '../../contracts/errors';
import type { StepOutput } from '../../contracts/inputs';
import { targetGroupName, recordedTargets, type RecordedTarget } from '../../domain/targets';
import { mayTakeBack } from '../../domain/release';
import type { ElasticLoadBalancing } from '../../ports/aws';
import type { Ledger } from '../../ledger/port';
import { makeReleaseStep, type StepDeps } from '../step';

interface Deps extends StepDeps {
  elasticLoadBalancing: ElasticLoadBalancing;
  ledger: Ledger;
}

/** Ensures that the load balancer has let the instance's connections end. */
export const makeHandler = (deps: Deps) =>
  makeReleaseStep('check-drained', deps, async (member, { reason }): Promise<StepOutput> => {
    const targets = member !== undefined && mayTakeBack(member, reason) ? recordedTargets(member) : [];
    const states = await Promise.all(targets.map((target) => stateOf(deps.elasticLoadBalancing, target)));
    const draining = targets.filter((_, at) => states[at]?.endsWith('draining'));
    if (draining.length > 0) {
      const names = draining.map(({ targetGroup }) => targetGroupName(targetGroup));
      throw new StepError('TargetDraining', `draining: ${names.join(', ')}`);
    }
    return { action: 'drained', reason: 'no target group has connections to it' };
  });

async function stateOf(elb: ElasticLoadBalancing, target: RecordedTarget): Promise<string | undefined> {
  try {
    return answered((await readTargetHealth(elb, target))?.State, `the state of target ${target.id}`);
  } catch (error) {
    // A target group that is gone has no targets, an instance that is long gone is none, nor is an id of another type.
    if (cannotHaveTarget(error)) return undefined;
    throw error;
  }
}
