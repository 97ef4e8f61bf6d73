import { isLifecycleActionRefused, isNoActiveLifecycleAction } from '../../../shared/aws-errors';
import type { Timer } from '../../../shared/runtime';
import { StepError } from '../../contracts/errors';
import { type Launch, stepInput, type StepInput, type StepOutput } from '../../contracts/inputs';
import { decideMissingAction, isLeaving, isInHookOf } from '../../domain/lifecycle';
import { readLifecycleState } from '../../resources/instance';
import { clearFailures, noteService } from '../../outcomes/success';
import type { AutoScaling } from '../../ports/aws';
import type { Ledger, Reserve } from '../../ledger/port';
import { makeMemberStep, requireReserve, type StepDeps } from '../step';

interface Deps extends StepDeps {
  metrics: StepDeps['metrics'] & Timer<'TimeToService', 'Group'>;
  autoScaling: AutoScaling;
  ledger: Ledger;
}

/** The record whose lifecycle action is completed: of a member, or of an instance that enters a warm pool. */
interface PendingCompletion {
  readonly name: string;
  /** `service`, `the warm pool`. */
  readonly goesInto: string;
  readonly completedToken: string | undefined;
  /** Notes that the action with this token is about to be completed. */
  intend(token: string): Promise<void>;
}

/** Ensures that the lifecycle action is completed with CONTINUE, and that the ledger says so. */
export const makeHandler = (deps: Deps) =>
  makeMemberStep('put-in-service', deps, stepInput, {
    ofMember: async (member, input): Promise<StepOutput> => {
      const done = await completeFor(deps, input, {
        name: member.name,
        goesInto: 'service',
        completedToken: member.completedToken,
        intend: (completedToken) => deps.ledger.update(member, { phase: 'completing', completedToken }),
      });
      await noteService(deps, member, input.launch.origin);
      return done;
    },
    inPool: async (input) => {
      let reserve = await requireReserve(deps.ledger, input);
      const save = async (changes: Partial<Reserve>) => {
        reserve = { ...reserve, ...changes, revision: reserve.revision + 1 };
        await deps.ledger.saveReserve(reserve);
      };
      const done = await completeFor(deps, input, {
        name: reserve.instanceId,
        goesInto: 'the warm pool',
        completedToken: reserve.completedToken,
        intend: (completedToken) => save({ phase: 'completing', completedToken }),
      });
      await save({ phase: 'warmed' });
      await clearFailures(deps, reserve);
      return done;
    },
  });

async function completeFor(deps: Deps, { launch, run }: StepInput, completed: PendingCompletion): Promise<StepOutput> {
  const { lifecycle } = launch;
  if (lifecycle === null) return { action: 'passed', reason: `no lifecycle action waits for ${completed.name}` };
  // If an action's event was lost, its token is unknown: it is then ours by the execution that serves it.
  const token = lifecycle.token ?? run.execution;
  const mayBeOurs = completed.completedToken === token;
  const missing = (cause?: unknown) => afterTheFact(deps, launch, mayBeOurs, cause);
  // By token if there is one: by the instance alone it could complete an action of a later launch, so only while it waits.
  if (lifecycle.token === null && !isInHookOf(launch, await readLifecycleState(deps.autoScaling, launch))) {
    return missing();
  }
  // The intent goes first: when the answer is lost, the next run knows that the completed action can be its own.
  if (!mayBeOurs) await completed.intend(token);
  try {
    await deps.autoScaling.completeLifecycleAction({
      AutoScalingGroupName: launch.group,
      LifecycleHookName: lifecycle.hookName,
      ...(lifecycle.token !== null && { LifecycleActionToken: lifecycle.token }),
      InstanceId: launch.instanceId,
      LifecycleActionResult: 'CONTINUE',
    });
    return { action: 'completed', reason: `${completed.name} goes into ${completed.goesInto}` };
  } catch (error) {
    const isMissing =
      isNoActiveLifecycleAction(error) || (isLifecycleActionRefused(error) && (await hasLeft(deps, launch)));
    if (!isMissing) throw error;
    return missing(error);
  }
}

/** Also because its group was deleted in the meantime. */
async function hasLeft({ autoScaling }: Deps, launch: Launch): Promise<boolean> {
  const state = await readLifecycleState(autoScaling, launch);
  return state === undefined || isLeaving(state);
}

async function afterTheFact(deps: Deps, launch: Launch, mayBeOurs: boolean, cause: unknown): Promise<StepOutput> {
  const lifecycleState = await readLifecycleState(deps.autoScaling, launch);
  const decision = decideMissingAction({ lifecycleState, mayBeOurs });
  switch (decision.action) {
    case 'completed':
      return { action: 'completed', reason: decision.reason };
    case 'expired':
      throw new StepError('LifecycleExpired', decision.reason, { cause });
    case 'gone':
      throw new StepError('InstanceGone', decision.reason, { cause });
  }
}
