import type { Launch } from '../contracts/inputs';
import { clearsHold } from '../domain/outcome';
import { hasFailed, type LaunchExecution } from '../domain/launch-execution';
import { closeBreaker } from './success';
import type { OutcomeDeps } from './outcome-deps';
import { settleFailure, type SettleResult } from './failure';

export type { OutcomeDeps } from './outcome-deps';
export type { SettleResult } from './failure';

/**
 * Does what is left to do about a launch, as it is now: one that failed is held and reported, one that ended well is
 * no longer on hold. It can be asked for at any time and by many at once: what is done is done once, but for a message
 * whose sender was lost on the way, which is sent again and says so.
 *
 * @throws the error that prevented it; the caller must then call again.
 */
export async function settleLaunch(deps: OutcomeDeps, execution: LaunchExecution): Promise<SettleResult> {
  const { input: launch, name, status } = execution;
  if (launch === undefined) return { action: 'none', reason: `the input of ${name} is not an input of Muster` };
  if (status === 'SUCCEEDED') return settleSuccess(deps, execution, launch);
  if (hasFailed(execution)) return settleFailure(deps, execution, launch);
  return { action: 'none', reason: `${name} is ${status}` };
}

async function settleSuccess(deps: OutcomeDeps, execution: LaunchExecution, launch: Launch): Promise<SettleResult> {
  const { group, instanceId } = launch;
  const hold = await deps.ledger.findHold(group, instanceId);
  const isHeld = hold !== undefined && clearsHold(hold, execution);
  if (isHeld) await deps.ledger.removeHold(group, instanceId, hold.execution);
  const breaker = await closeBreaker(deps, group, execution.stoppedAt ?? deps.clock.now());
  const done = [
    ...(isHeld ? [`${hold.name ?? instanceId} is no longer on hold`] : []),
    ...(breaker?.openedAt !== undefined ? [`the breaker of ${group} was open`] : []),
  ];
  return done.length === 0
    ? { action: 'none', reason: 'its launch has succeeded' }
    : { action: 'cleared', reason: `its launch has succeeded: ${done.join(', ')}` };
}
