import { isNoActiveLifecycleAction } from '../../shared/aws-errors';
import { StepError } from '../contracts/errors';
import type { Launch } from '../contracts/launch';
import { stepInput, type StepOutput } from '../contracts/step';
import { decideMissingAction } from '../domain/lifecycle';
import type { AutoScaling } from '../ports/auto-scaling';
import type { Ledger, Member } from '../ports/ledger';
import { makeMemberStep, type StepDeps } from '../step';

interface Deps extends StepDeps {
  autoScaling: AutoScaling;
  ledger: Ledger;
}

/** Ensures that the lifecycle action is completed with CONTINUE, and that the ledger says so. */
export const makeHandler = (deps: Deps) =>
  makeMemberStep('complete-lifecycle', deps, stepInput, async (member, input): Promise<StepOutput> => {
    const { launch } = input;
    const done =
      launch.lifecycle === null ? nothingWaits(member) : await complete(deps, member, launch, launch.lifecycle);
    await enterService(deps, member);
    return done;
  });

/** Notes once when the instance went into service; a step that runs again must not count it twice. */
async function enterService({ ledger, metrics, clock }: Deps, member: Member): Promise<void> {
  const now = clock.now();
  await ledger.update(member, { phase: 'in-service', inServiceAt: member.inServiceAt ?? now.toISOString() });
  if (member.inServiceAt !== undefined) return;
  const { group, name, instanceId, execution } = member;
  const tookMs = now.getTime() - Date.parse(member.claimedAt);
  metrics.duration('TimeToService', tookMs, { Group: group }, { execution, group, instance: instanceId, name });
}

function nothingWaits(member: Member): StepOutput {
  return { action: 'passed', reason: `no lifecycle action waits for ${member.name}` };
}

async function complete(
  deps: Deps,
  member: Member,
  launch: Launch,
  action: NonNullable<Launch['lifecycle']>,
): Promise<StepOutput> {
  const mayBeOurs = member.completedToken === action.token;
  // The intent goes first: when the answer is lost, the next run knows that the completed action can be its own.
  if (!mayBeOurs) await deps.ledger.update(member, { phase: 'completing', completedToken: action.token });
  try {
    // By token: by instance id it could complete another action of a later launch.
    await deps.autoScaling.completeLifecycleAction({
      AutoScalingGroupName: launch.group,
      LifecycleHookName: action.hookName,
      LifecycleActionToken: action.token,
      InstanceId: launch.instanceId,
      LifecycleActionResult: 'CONTINUE',
    });
    return { action: 'completed', reason: `${member.name} goes into service` };
  } catch (error) {
    if (!isNoActiveLifecycleAction(error)) throw error;
    return afterTheFact(deps, member, mayBeOurs, error);
  }
}

async function afterTheFact(deps: Deps, member: Member, mayBeOurs: boolean, cause: unknown): Promise<StepOutput> {
  const { AutoScalingInstances } = await deps.autoScaling.describeAutoScalingInstances({
    InstanceIds: [member.instanceId],
  });
  const decision = decideMissingAction({ lifecycleState: AutoScalingInstances?.[0]?.LifecycleState, mayBeOurs });
  switch (decision.action) {
    case 'completed':
      return { action: 'completed', reason: decision.reason };
    case 'expired':
      throw new StepError('LifecycleExpired', decision.reason, { cause });
    case 'gone':
      throw new StepError('InstanceGone', decision.reason, { cause });
  }
}
