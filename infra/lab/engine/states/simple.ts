import type { FailState, PassState, SucceedState, WaitState } from '../definition';
import { StateFailure } from '../errors';
import type { Flow } from '../flow';
import { scopeOf } from '../scope';
import type { Json } from '../json';
import type { Scope } from '../expressions/scope';
import type { Template } from '../template';
import { isTimestamp } from '../timestamp';
import { expect } from './expect';
import { evaluateField, evaluationFailed, leave, type Exit } from './visit';

export async function runPass(flow: Flow, state: PassState | SucceedState): Promise<Exit> {
  flow.beginAttempt(0);
  return { ...(await leave(flow, state, state, scopeOf(flow, state), flow.input)), next: state.next };
}

export async function runFail(flow: Flow, state: FailState): Promise<never> {
  flow.beginAttempt(0);
  const scope = scopeOf(flow, state);
  const error = await textOf(flow, state, state.error, scope, 'Error');
  const cause = await textOf(flow, state, state.cause, scope, 'Cause');
  throw new StateFailure({ error, cause });
}

async function textOf(
  flow: Flow,
  state: FailState,
  template: Template | undefined,
  scope: Scope,
  field: string,
): Promise<string | undefined> {
  if (template === undefined) return undefined;
  const value = await evaluateField(flow, state, template, scope, field);
  return expect(flow, state, template, field, 'string', value) as string;
}

export async function runWait(flow: Flow, state: WaitState): Promise<Exit> {
  flow.beginAttempt(0);
  const { field, value: template } = state.until;
  const value = await evaluateField(flow, state, template, scopeOf(flow, state), field);
  await flow.sleep(field === 'Seconds' ? secondsOf(flow, state, value) : timeUntil(flow, state, value));
  return { ...(await leave(flow, state, state, scopeOf(flow, state), flow.input)), next: state.next };
}

function secondsOf(flow: Flow, state: WaitState, given: Json): number {
  const seconds = expect(flow, state, state.until.value, 'Seconds', 'number', given) as number;
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= 99_999_999) return seconds * 1000;
  throw evaluationFailed(
    flow,
    state,
    'Seconds',
    `The value for 'Seconds' must be from 0 to 99999999, but was ${seconds}.`,
  );
}

/** A time that has passed is no wait. */
function timeUntil(flow: Flow, state: WaitState, given: Json): number {
  const text = expect(flow, state, state.until.value, 'Timestamp', 'string', given) as string;
  if (isTimestamp(text)) return Math.max(0, Date.parse(text) - flow.execution.clock.millis());
  const reason = 'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string';
  throw evaluationFailed(flow, state, 'Timestamp', `${reason}: ${text}`);
}
