import type { HistoryEventType, StateExitedEventDetails } from '@aws-sdk/client-sfn';
import type { State } from '../machine/definition';
import { StateFailure, TerminalFailure, type Failure } from '../errors';
import type { Flow } from '../flow';
import { untruncated } from '../history';
import { byteLength, payload, type Json, type Payload } from '../json';
import { evaluate, evaluateAgain, EvaluationFailure, type Template } from '../template';
import type { Scope } from '../expressions/scope';

/** What a state leaves behind: its output, what it assigned, and where the flow goes; `next` undefined is the end. */
export interface Exit {
  readonly output: Payload;
  readonly assigned?: Readonly<Record<string, Json>>;
  readonly next: string | undefined;
}

const stateTypes = ['Pass', 'Task', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'] as const;

/** One string for each kind of event: a history has thousands, and put together they would all be different ones. */
function eventTypes(suffix: string): Readonly<Record<State['type'], HistoryEventType>> {
  const names = stateTypes.map((type) => [type, `${type}${suffix}`]);
  return Object.fromEntries(names) as Record<State['type'], HistoryEventType>;
}

const enteredTypes = eventTypes('StateEntered');
const exitedTypes = eventTypes('StateExited');

/** AWS's limit for an input, an output and a task's result, in bytes of UTF-8. */
export const maxPayloadBytes = 262_144;

export function enter(flow: Flow, state: State): void {
  const { execution } = flow;
  flow.countVisit();
  const id = execution.history.add(flow.cursor, enteredTypes[state.type], {
    stateEnteredEventDetails: { name: state.name, input: flow.input.text, inputDetails: untruncated },
  });
  flow.entered = { id, time: execution.clock.now() };
}

/** Writes the exit into the history and makes the assigned variables visible. */
export function exit(flow: Flow, state: State, { output, assigned }: Exit): void {
  const stateExitedEventDetails: StateExitedEventDetails = {
    name: state.name,
    output: output.text,
    outputDetails: untruncated,
  };
  if (assigned !== undefined) {
    stateExitedEventDetails.assignedVariables = textsOf(assigned);
    stateExitedEventDetails.assignedVariablesDetails = untruncated;
  }
  flow.execution.history.add(flow.cursor, exitedTypes[state.type], { stateExitedEventDetails });
  Object.assign(flow.variables, assigned);
  flow.entered = undefined;
  flow.redriven = false;
  flow.children = [];
}

function textsOf(assigned: Readonly<Record<string, Json>>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(assigned)) texts[name] = JSON.stringify(value);
  return texts;
}

/** The fields of a state, a choice or a catch that say what it leaves behind. */
interface Leaving {
  readonly assign: Template | undefined;
  readonly output: Template | undefined;
}

interface Surroundings {
  readonly scope: Scope;
  /** The output of a state that says none. */
  readonly otherwise: Payload;
  /** Of the fields of a choice or a catch, such as `Catch[0]/`. */
  readonly prefix?: string;
}

/**
 * Evaluates Assign and Output. Both see the variables as they were when the state was entered: what one assigns is
 * visible from the next state on.
 */
export async function leave(
  flow: Flow,
  state: State,
  { assign, output: template }: Leaving,
  { scope, otherwise, prefix = '' }: Surroundings,
): Promise<Omit<Exit, 'next'>> {
  const assigned =
    assign === undefined
      ? undefined
      : ((await evaluateField(flow, state, { template: assign, scope, location: `${prefix}Assign` })) as Record<
          string,
          Json
        >);
  const output =
    template === undefined
      ? otherwise
      : payload(await evaluateField(flow, state, { template, scope, location: `${prefix}Output` }));
  checkSize(state, output);
  return assigned === undefined ? { output } : { output, assigned };
}

/** A field of a state: what stands in it, what that sees, and how AWS calls the place. */
export interface Field {
  readonly template: Template;
  readonly scope: Scope;
  readonly location: string;
  /** What an earlier attempt of the same visit gave. */
  readonly earlier?: Json | undefined;
}

/** Evaluates a field. A failure gets its event and becomes States.QueryEvaluationError. */
export async function evaluateField(flow: Flow, state: State, field: Field): Promise<Json> {
  const { template, scope, location, earlier } = field;
  try {
    return await (earlier === undefined
      ? evaluate(template, scope, location)
      : evaluateAgain(template, scope, { location, earlier }));
  } catch (thrown) {
    if (!(thrown instanceof EvaluationFailure)) throw thrown;
    throw evaluationFailed(flow, state, thrown.location, thrown.message);
  }
}

/** Writes EvaluationFailed into the history and returns what to throw. Without a field, AWS gives no location. */
export function evaluationFailed(flow: Flow, state: State, location: string | undefined, reason: string): StateFailure {
  const error = 'States.QueryEvaluationError';
  const cause = whileExecuting(flow, state, reason);
  flow.execution.history.add(flow.cursor, 'EvaluationFailed', {
    evaluationFailedEventDetails: {
      cause,
      error,
      ...(location === undefined ? {} : { location }),
      state: state.name,
    },
  });
  return new StateFailure({ error, cause });
}

/** How AWS begins the cause of a failure that is not a task's own. */
export function whileExecuting(flow: Flow, state: State, reason: string): string {
  return `An error occurred while executing the state '${state.name}' (entered at the event id #${flow.entered?.id ?? 0}). ${reason}`;
}

function checkSize(state: State, output: Payload): void {
  // A UTF-16 unit has three bytes of UTF-8 at most, so short texts need no counting.
  if (output.text.length * 3 <= maxPayloadBytes || byteLength(output.text) <= maxPayloadBytes) return;
  throw new TerminalFailure(tooLarge(state.name));
}

/** What AWS says of a result or an output above its limit. */
export function tooLarge(name: string): Failure {
  const cause = `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  return { error: 'States.DataLimitExceeded', cause };
}
