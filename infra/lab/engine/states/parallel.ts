import type { ParallelState } from '../machine/definition';
import type { Flow } from '../flow';
import { payload, type Payload } from '../json';
import { scopeOf } from '../scope';
import { abortOpenState } from './abort';
import { ChildFailure, runChildren } from './branches';
import { recover } from './recover';
import { evaluateField, type Exit } from './enter-and-exit';

export async function runParallel(flow: Flow, state: ParallelState): Promise<Exit> {
  return recover(flow, state, (attempt) => attemptParallel(flow, state, attempt));
}

async function attemptParallel(flow: Flow, state: ParallelState, attempt: number): Promise<Payload> {
  const { history } = flow.execution;
  if (flow.children.length === 0) flow.children = await startBranches(flow, state, attempt);
  // What follows the branches follows the one that ends last.
  const succeeded = (child: Flow): void => {
    flow.cursor.previous = child.cursor.previous;
  };
  try {
    const outputs = await runChildren(flow, Infinity, { succeeded });
    history.aside(flow.cursor, 'ParallelStateSucceeded');
    return payload(outputs.map(({ value }) => value));
  } catch (thrown) {
    if (thrown instanceof ChildFailure) abortBranches(flow, thrown);
    throw thrown;
  }
}

async function startBranches(flow: Flow, state: ParallelState, attempt: number): Promise<Flow[]> {
  const input =
    state.arguments === undefined
      ? flow.input
      : payload(
          await evaluateField(flow, state, {
            template: state.arguments,
            scope: scopeOf(flow, state, { attempt }),
            location: 'Arguments',
          }),
        );
  flow.execution.history.add(flow.cursor, 'ParallelStateStarted');
  return state.branches.map((branch, index) => flow.inner(branch, input, `${state.name}/${index}`, flow.item));
}

function abortBranches(flow: Flow, failure: ChildFailure): void {
  flow.cursor.previous = failure.child.cursor.previous;
  if (failure.error === 'States.Runtime') return;
  for (const child of flow.children) abortOpenState(flow, child, failure.child);
}
