import { stepErrors } from '../../../functions/fleet/contracts/errors';

/**
 * The same workflow, polled in loops: each waiting error of each Task is caught, and
 *
 *     Task -- caught --> Choice "is it worth waiting for?" --> Wait P seconds --> Task
 *
 * runs until the Task succeeds: three transitions a poll, as in the customary job poller. What the Task does, what it
 * assigns and where it continues are left as they are, and so are the retries of Lambda's own errors.
 *
 * In the customary shape a success passes the Choice too. Here it goes straight on: it cannot be said that the comparison
 * was made with a loop that is dearer than it has to be.
 *
 * @param definition the text of the state machine, as it is on disk
 * @returns the text of the other one
 */
export function pollInLoops(definition: string, pollSeconds: number): string {
  return JSON.stringify(withLoops(JSON.parse(definition) as Machine, pollSeconds));
}

interface Machine {
  readonly States: Readonly<Record<string, State>>;
}

interface State {
  readonly Type: string;
  readonly Retry?: readonly Retrier[];
  readonly Branches?: readonly Machine[];
  readonly ItemProcessor?: Machine;
  readonly [field: string]: unknown;
}

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly [field: string]: unknown;
}

function withLoops(machine: Machine, pollSeconds: number): Machine {
  const states = Object.entries(machine.States).flatMap(([name, state]) => statesOf(name, state, pollSeconds));
  return { ...machine, States: Object.fromEntries(states) };
}

/** The state itself, and those of its loop. */
function statesOf(name: string, state: State, pollSeconds: number): [name: string, state: State][] {
  const inner = {
    ...state,
    ...(state.Branches && { Branches: state.Branches.map((branch) => withLoops(branch, pollSeconds)) }),
    ...(state.ItemProcessor && { ItemProcessor: withLoops(state.ItemProcessor, pollSeconds) }),
  };
  const waits = (state.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals).filter(isWait);
  if (state.Type !== 'Task' || waits.length === 0) return [[name, inner]];
  const [choice, wait, unknown] = [`${name}: wait?`, `${name}: wait`, `${name}: failed`];
  const caught = { ErrorEquals: waits, Output: { waits: '{% $states.errorOutput.Error %}' }, Next: choice };
  const condition = `{% $states.input.waits in ${JSON.stringify(waits)} %}`;
  return [
    [name, { ...inner, Retry: (state.Retry ?? []).flatMap(withoutWaits), Catch: [caught] }],
    [choice, { Type: 'Choice', Choices: [{ Condition: condition, Next: wait }], Default: unknown }],
    [wait, { Type: 'Wait', Seconds: pollSeconds, Next: name }],
    [unknown, { Type: 'Fail', Error: 'NotAWait', Cause: 'the loop was entered with an error that it does not know' }],
  ];
}

function withoutWaits(retrier: Retrier): Retrier[] {
  const ErrorEquals = retrier.ErrorEquals.filter((error) => !isWait(error));
  return ErrorEquals.length === 0 ? [] : [{ ...retrier, ErrorEquals }];
}

export function isWait(error: string): boolean {
  return (stepErrors as Readonly<Record<string, { kind: string }>>)[error]?.kind === 'waits';
}
