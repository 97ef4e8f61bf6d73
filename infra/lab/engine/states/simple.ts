import type { FailState, PassState, SucceedState, WaitState } from '../machine/definition';
import { StateFailure } from '../errors';
import type { Flow } from '../flow';
import { scopeOf } from '../scope';
import { isTimestamp } from '../timestamp';
import { evaluateAs } from './expect';
import { evaluationFailed, leave, type Exit } from './enter-and-exit';

export async function runPass(flow: Flow, state: PassState | SucceedState): Promise<Exit> {
  flow.beginAttempt(0);
  return {
    ...(await leave(flow, state, state, { scope: scopeOf(flow, state), otherwise: flow.input })),
    next: state.next,
  };
}

export async function runFail(flow: Flow, state: FailState): Promise<never> {
  flow.beginAttempt(0);
  const scope = scopeOf(flow, state);
  const textOf = async (template: FailState['error'], location: string) =>
    template && (await evaluateAs(flow, state, { template, scope, location }, 'string'));
  const error = await textOf(state.error, 'Error');
  const cause = await textOf(state.cause, 'Cause');
  throw new StateFailure({ error, cause });
}

export async function runWait(flow: Flow, state: WaitState): Promise<Exit> {
  flow.beginAttempt(0);
  const { field: location, value: template } = state.until;
  const field = { template, scope: scopeOf(flow, state), location };
  await flow.sleep(
    location === 'Seconds'
      ? secondsOf(flow, state, await evaluateAs(flow, state, field, 'number'))
      : timeUntil(flow, state, await evaluateAs(flow, state, field, 'string')),
  );
  return {
    ...(await leave(flow, state, state, { scope: scopeOf(flow, state), otherwise: flow.input })),
    next: state.next,
  };
}

function secondsOf(flow: Flow, state: WaitState, seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= 99_999_999) return seconds * 1000;
  throw evaluationFailed(
    flow,
    state,
    'Seconds',
    `The value for 'Seconds' must be from 0 to 99999999, but was ${seconds}.`,
  );
}

/** A time that has passed is no wait. */
function timeUntil(flow: Flow, state: WaitState, text: string): number {
  if (isTimestamp(text)) return Math.max(0, Date.parse(text) - flow.execution.clock.millis());
  const reason = 'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string';
  throw evaluationFailed(flow, state, 'Timestamp', `${reason}: ${text}`);
}
