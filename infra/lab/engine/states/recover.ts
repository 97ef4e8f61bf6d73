import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { MapState, ParallelState, TaskState } from '../machine/definition';
import { StateFailure } from '../errors';
import type { Flow } from '../flow';
import { payload, type Json, type Payload } from '../json';
import { catcherFor, Retries } from '../recovery';
import { scopeOf } from '../scope';
import { leave, type Exit } from './enter-and-exit';

type Recoverable = TaskState | ParallelState | MapState;

/** Does one attempt of a state's work; returns its result. Throws StateFailure. */
export type Attempt = (attempt: number) => Promise<Payload>;

/**
 * Attempts a state's work, and its Assign and Output after it, until it succeeds, a Catch takes the failure, or the
 * failure leaves the state.
 */
export async function recover(flow: Flow, state: Recoverable, attempt: Attempt): Promise<Exit> {
  const retries = new Retries(state.retry);
  for (;;) {
    let done = false;
    flow.beginAttempt(retries.count);
    try {
      const result = await attempt(retries.count);
      done = true;
      const scope = scopeOf(flow, state, { attempt: retries.count, result: result.value });
      return { ...(await leave(flow, state, state, { scope, otherwise: result })), next: state.next };
    } catch (thrown) {
      if (!(thrown instanceof StateFailure)) throw thrown;
      const delay = retries.next(thrown, flow.chance);
      if (delay === undefined) return await giveUp(flow, state, thrown, { attempt: retries.count, done });
      flow.children = [];
      await flow.sleep(delay);
    }
  }
}

/** Leaves the state by a Catch, or fails. A Parallel or Map is recorded as failed when it is not tried again. */
async function giveUp(
  flow: Flow,
  state: Recoverable,
  failure: StateFailure,
  { attempt, done }: { readonly attempt: number; readonly done: boolean },
): Promise<Exit> {
  if (state.type !== 'Task' && !done && failure.error !== 'States.Runtime') {
    flow.execution.history.add(flow.cursor, `${state.type}StateFailed` as HistoryEventType);
  }
  const found = catcherFor(state.catch, failure);
  if (found === undefined) throw failure;
  const [catcher, index] = found;
  const errorOutput: Json = { Error: failure.error ?? '', Cause: failure.cause ?? '' };
  const scope = scopeOf(flow, state, { attempt, errorOutput });
  const left = await leave(flow, state, catcher, {
    scope,
    otherwise: payload(errorOutput),
    prefix: `Catch[${index}]/`,
  });
  return { ...left, next: catcher.next };
}
