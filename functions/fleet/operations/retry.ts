import type { Clock } from '../../shared/runtime';
import type { Launch } from '../contracts/inputs';
import {
  launchPurpose,
  canGoOn,
  decideRepeat,
  isForgotten,
  type EarlierExecution,
} from '../domain/redrive-or-new-attempt';
import { isAtRestInPool, isLeaving } from '../domain/lifecycle';
import { hasFailed } from '../domain/launch-execution';
import { redriveOnce } from '../../shared/executions/start';
import { startOnce } from '../executions/start-once';
import { OperationRefused } from './operation-refused';
import { findSubject, type Subject, type SubjectDeps, type InstanceReference } from './subject';
import { isBeingReleased } from '../ledger/port';

export interface RetryDeps extends SubjectDeps {
  clock: Clock;
  /** Of the state machine of launches. */
  stateMachineArn: string;
}

export interface RetryResult {
  /** `redriven`: the failed step runs again. `started`: a new execution, since the old one cannot be redriven. */
  readonly action: 'redriven' | 'started' | 'none';
  readonly name: string;
  /** ARN of the execution that continues. */
  readonly execution: string;
  readonly reason: string;
}

/**
 * Runs the failed step of a launch again. Number, name and all completed steps stay. Two calls about one failure retry
 * it once.
 *
 * @throws OperationRefused when there is nothing to retry, or no instance to retry it for.
 */
export async function retry(deps: RetryDeps, who: InstanceReference): Promise<RetryResult> {
  const subject = await findSubject(deps, who);
  const { name, launch } = subject;
  refuseIfGone(subject);
  if (launch?.status === 'RUNNING') {
    return { action: 'none', name, execution: launch.arn, reason: `the launch of ${name} is running` };
  }
  if (launch?.status === 'SUCCEEDED')
    throw new OperationRefused(`the launch of ${name} has succeeded: nothing to retry`);
  if (launch !== undefined && hasFailed(launch) && canGoOn(launch) && !hasLostItsNumber(subject)) {
    await redriveOnce(deps.stepFunctions, launch);
    return { action: 'redriven', name, execution: launch.arn, reason: `${name} continues at the step that failed` };
  }
  return startAgain(deps, subject);
}

function hasLostItsNumber({ member, hold, launch }: Subject): boolean {
  return isForgotten({
    hasMember: member !== undefined,
    state: hold?.state,
    destination: launch?.input?.destination,
  });
}

function refuseIfGone({ name, group, state, member }: Subject): void {
  if (state === undefined) throw new OperationRefused(`${name} is no longer in ${group}: nothing can be retried`);
  if (isLeaving(state)) throw new OperationRefused(`${name} is leaving ${group} (${state}): nothing can be retried`);
  if (member !== undefined && isBeingReleased(member))
    throw new OperationRefused(`${name} is being released: nothing can be retried`);
}

/** The same launch in a new execution, which keeps the builds that have succeeded. */
async function startAgain(deps: RetryDeps, subject: Subject): Promise<RetryResult> {
  const { name } = subject;
  const earlier = subject.launch?.input;
  if (earlier === undefined) {
    throw new OperationRefused(
      `no launch of ${name} is on record: if it waits for one, that starts within two minutes`,
    );
  }
  const launch: Launch = { ...earlier, startedBy: 'retry' };
  const isLost = hasLostItsNumber(subject);
  const started = await startOnce(deps, {
    stateMachineArn: deps.stateMachineArn,
    purpose: launchPurpose(launch),
    // The action has an execution: this one is named after it, as the message about the failure says.
    token: null,
    input: launch,
    decide: (earlier) => decideRepeat(launch, isLost ? { ...earlier, redrivable: false } : earlier, subject.state),
  });
  const { execution } = started;
  if (started.action === 'exists') {
    const isMoot = await forgetHold(deps, subject, started.earlier);
    const reason = isMoot ? `${name} is no longer on hold: it was retried, and that succeeded` : started.reason;
    return { action: 'none', name, execution, reason };
  }
  const obstacle = isLost
    ? 'the ledger has lost its number, and it gets the number in its tag again'
    : (subject.launch?.redriveObstacle ?? 'the step at which it failed cannot run again');
  return { action: started.action, name, execution, reason: `${name} starts again and keeps what it has: ${obstacle}` };
}

/**
 * A restored ledger contains holds of launches that were retried later and succeeded. An instance at rest in the warm
 * pool waits for nothing, so no launch would ever remove its hold.
 *
 * @param last the last attempt at the launch.
 */
async function forgetHold({ ledger }: RetryDeps, { hold, state }: Subject, last: EarlierExecution): Promise<boolean> {
  const isOver = last.status === 'SUCCEEDED' && last.stoppedAt !== undefined && isAtRestInPool(state);
  if (hold === undefined || !isOver || Date.parse(hold.failedAt) > last.stoppedAt.getTime()) return false;
  await ledger.removeHold(hold.group, hold.instanceId, hold.execution);
  return true;
}
