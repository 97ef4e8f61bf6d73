import { isLifecycleActionRefused, isNoActiveLifecycleAction } from '../../../shared/aws-errors';
import type { Release, StepOutput } from '../../contracts/inputs';
import { isInHookOfRelease } from '../../domain/lifecycle';
import { mayTakeBack } from '../../domain/release';
import { readLifecycleState } from '../../resources/instance';
import type { AutoScaling } from '../../ports/aws';
import type { Ledger } from '../../ledger/port';
import { makeReleaseStep, type StepDeps } from '../step';

interface Deps extends StepDeps {
  autoScaling: AutoScaling;
  ledger: Ledger;
}

/** Ensures that the lifecycle action that waits for the release, if there is one, is completed. */
export const makeHandler = (deps: Deps) =>
  makeReleaseStep('complete-release', deps, async (member, release): Promise<StepOutput> => {
    const { lifecycle, reason } = release;
    if (member !== undefined && !mayTakeBack(member, reason)) {
      return { action: 'passed', reason: `${member.name} is not given up` };
    }
    if (lifecycle === null) return { action: 'passed', reason: 'no lifecycle action waits for the release' };
    // By token if there is one: by the instance alone it could complete the action of a later release.
    if (lifecycle.token === null && !isInHookOfRelease(reason, await readLifecycleState(deps.autoScaling, release))) {
      return { action: 'none', reason: 'the lifecycle action has ended already' };
    }
    return complete(deps.autoScaling, release, lifecycle);
  });

async function complete(
  autoScaling: AutoScaling,
  release: Release,
  { hookName, token, result }: NonNullable<Release['lifecycle']>,
): Promise<StepOutput> {
  const { group, instanceId, reason } = release;
  try {
    await autoScaling.completeLifecycleAction({
      AutoScalingGroupName: group,
      LifecycleHookName: hookName,
      ...(token !== null && { LifecycleActionToken: token }),
      InstanceId: instanceId,
      LifecycleActionResult: result,
    });
    return { action: 'completed', reason: `the lifecycle action is completed with ${result}` };
  } catch (error) {
    // Completed by an earlier run, timed out, or the instance is gone: whichever, nothing waits for us. Nor does it
    // when
    // the group was deleted since, or the hook; that has other words.
    const isOver =
      isNoActiveLifecycleAction(error) ||
      (isLifecycleActionRefused(error) && !isInHookOfRelease(reason, await readLifecycleState(autoScaling, release)));
    if (!isOver) throw error;
    return { action: 'none', reason: 'the lifecycle action has ended already' };
  }
}
