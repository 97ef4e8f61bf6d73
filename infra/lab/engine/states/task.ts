import type { TaskState } from '../machine/definition';
import { StateFailure } from '../errors';
import type { Flow } from '../flow';
import type { Details } from '../history';
import { byteLength, payload, type Payload } from '../json';
import type { Scope } from '../expressions/scope';
import { scopeOf } from '../scope';
import { callTask } from '../tasks/call';
import {
  recordFailure,
  recordScheduled,
  recordStarted,
  recordSucceeded,
  scheduledDetails,
  type Limits,
} from '../tasks/record';
import { evaluateAs } from './expect';
import { recover } from './recover';
import { evaluateField, evaluationFailed, maxPayloadBytes, tooLarge, type Exit, type Field } from './enter-and-exit';

/** What an attempt is made with. */
interface Terms {
  readonly given: Payload;
  readonly limits: Limits;
  /** The same, as the history says it. */
  readonly details: Details;
}

export async function runTask(flow: Flow, state: TaskState): Promise<Exit> {
  let known: Terms | undefined;
  return recover(flow, state, async (attempt) => {
    // A poll is an attempt like the last one: what cannot have changed is not worked out again, nor kept twice.
    if (known === undefined || !state.isInvariant) known = await termsOf(flow, state, attempt, known);
    return await attemptTask(flow, state, known, attempt);
  });
}

/** @param earlier those of an attempt before, since the state was entered or redriven. */
async function termsOf(flow: Flow, state: TaskState, attempt: number, earlier: Terms | undefined): Promise<Terms> {
  const scope = scopeOf(flow, state, { attempt });
  const { arguments: template } = state;
  const given =
    template === undefined
      ? flow.input
      : payload(
          await evaluateField(flow, state, { template, scope, location: 'Arguments', earlier: earlier?.given.value }),
        );
  const limits =
    earlier !== undefined && state.hasInvariantLimits ? earlier.limits : await limitsOf(flow, state, scope);
  return { given, limits, details: scheduledDetails(flow, state, given, limits) };
}

async function limitsOf(flow: Flow, state: TaskState, scope: Scope): Promise<Limits> {
  const secondsOf = async (template: TaskState['timeoutSeconds'], location: string) =>
    template && (await seconds(flow, state, { template, scope, location }));
  return {
    timeoutSeconds: await secondsOf(state.timeoutSeconds, 'TimeoutSeconds'),
    heartbeatSeconds: await secondsOf(state.heartbeatSeconds, 'HeartbeatSeconds'),
  };
}

async function attemptTask(flow: Flow, state: TaskState, terms: Terms, attempt: number): Promise<Payload> {
  recordScheduled(flow, state, terms.details);
  // AWS starts a task in a step of its own: the other branches get as far as scheduling theirs.
  await flow.yield();
  recordStarted(flow, state);
  return await finishTask(flow, state, terms, attempt);
}

async function finishTask(flow: Flow, state: TaskState, terms: Terms, attempt: number): Promise<Payload> {
  try {
    const result = await callTask(flow, state, terms, attempt);
    if (result.text.length * 3 > maxPayloadBytes && byteLength(result.text) > maxPayloadBytes) {
      // As recorded: unlike an output of a state, a task's result above the limit is an error that States.ALL catches.
      throw new StateFailure(
        tooLarge(state.resource.kind === 'function' ? state.resource.arn : state.resource.resourceType),
      );
    }
    recordSucceeded(flow, state, result);
    return result;
  } catch (thrown) {
    if (thrown instanceof StateFailure) recordFailure(flow, state, thrown);
    throw thrown;
  }
}

async function seconds(flow: Flow, state: TaskState, field: Field): Promise<number> {
  const value = await evaluateAs(flow, state, field, 'number');
  if (Number.isInteger(value) && value >= 1 && value <= 99_999_999) return value;
  const { location } = field;
  throw evaluationFailed(
    flow,
    state,
    location,
    `The value for '${location}' must be from 1 to 99999999, but was ${value}.`,
  );
}
