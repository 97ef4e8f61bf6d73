import type { MapState } from '../machine/definition';
import type { Flow } from '../flow';
import { payload, type Json, type Payload } from '../json';
import { scopeOf } from '../scope';
import { abortOpenState } from './abort';
import { ChildFailure, runChildren, type Milestones } from './branches';
import { evaluateAs } from './expect';
import { recover } from './recover';
import { evaluateField, evaluationFailed, type Exit } from './enter-and-exit';

export async function runMap(flow: Flow, state: MapState): Promise<Exit> {
  return recover(flow, state, (attempt) => attemptMap(flow, state, attempt));
}

async function attemptMap(flow: Flow, state: MapState, attempt: number): Promise<Payload> {
  const width = await maxConcurrency(flow, state, attempt);
  if (flow.children.length === 0) flow.children = await prepareIterations(flow, state, attempt);
  try {
    const outputs = await runChildren(flow, width, milestones(flow, state));
    flow.execution.history.aside(flow.cursor, 'MapStateSucceeded');
    return payload(outputs.map(({ value }) => value));
  } catch (thrown) {
    if (thrown instanceof ChildFailure) abortIterations(flow, state, thrown);
    throw thrown;
  }
}

function milestones(flow: Flow, state: MapState): Milestones {
  const { history } = flow.execution;
  return {
    started(child, previous) {
      // An iteration that is redriven was started before.
      if (child.redriven) return;
      child.cursor.previous = previous ?? child.cursor.previous;
      history.add(child.cursor, 'MapIterationStarted', { mapIterationStartedEventDetails: detailsOf(child, state) });
    },
    succeeded(child) {
      const mapIterationSucceededEventDetails = detailsOf(child, state);
      flow.cursor.previous = history.aside(child.cursor, 'MapIterationSucceeded', {
        mapIterationSucceededEventDetails,
      });
    },
  };
}

function detailsOf(child: Flow, state: MapState) {
  return { name: state.name, index: child.item?.index ?? 0 };
}

/** Each iteration that was begun is recorded as failed or aborted, and then the state that it was in. */
function abortIterations(flow: Flow, state: MapState, failure: ChildFailure): void {
  const { history } = flow.execution;
  flow.cursor.previous = failure.child.cursor.previous;
  if (failure.error === 'States.Runtime') return;
  for (const child of flow.children) {
    if (child.output !== undefined || child.entered === undefined) continue;
    const details = detailsOf(child, state);
    if (child === failure.child) {
      history.aside(flow.cursor, 'MapIterationFailed', { mapIterationFailedEventDetails: details });
    } else {
      history.aside(flow.cursor, 'MapIterationAborted', { mapIterationAbortedEventDetails: details });
    }
    abortOpenState(flow, child, failure.child);
  }
}

/** AWS runs at most so many iterations of an inline Map at a time, even if MaxConcurrency is higher. */
const mostAtOnce = 40;

/** No value, and 0, mean as many at a time as AWS allows. */
async function maxConcurrency(flow: Flow, state: MapState, attempt: number): Promise<number> {
  const template = state.maxConcurrency;
  if (template === undefined) return mostAtOnce;
  const location = 'MaxConcurrency';
  const value = await evaluateAs(
    flow,
    state,
    { template, scope: scopeOf(flow, state, { attempt }), location },
    'number',
  );
  if (Number.isInteger(value) && value >= 0) {
    return value === 0 ? mostAtOnce : Math.min(value, mostAtOnce);
  }
  throw evaluationFailed(flow, state, location, `The value for '${location}' must be 0 or more, but was ${value}.`);
}

async function prepareIterations(flow: Flow, state: MapState, attempt: number): Promise<Flow[]> {
  const items = await itemsOf(flow, state, attempt);
  flow.execution.history.add(flow.cursor, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const children: Flow[] = [];
  for (const [index, value] of items.entries()) {
    const item = { index, value };
    const input = await select(flow, state, attempt, item);
    children.push(flow.inner(state.processor, payload(input), `${state.name}/${index}`, item));
  }
  return children;
}

async function itemsOf(flow: Flow, state: MapState, attempt: number): Promise<readonly Json[]> {
  const { value, text } = flow.input;
  if (state.items !== undefined) {
    const scope = scopeOf(flow, state, { attempt });
    return await evaluateAs(flow, state, { template: state.items, scope, location: 'Items' }, 'array');
  }
  if (Array.isArray(value)) return value as readonly Json[];
  throw evaluationFailed(flow, state, undefined, `Map state input must be an array but was: ${text}`);
}

/** The selector sees the Map's own input, and the item through the context object. Without one, the item itself. */
async function select(
  flow: Flow,
  state: MapState,
  attempt: number,
  item: { readonly index: number; readonly value: Json },
): Promise<Json> {
  if (state.itemSelector === undefined) return item.value;
  const scope = scopeOf(flow, state, { attempt, item });
  return evaluateField(flow, state, { template: state.itemSelector, scope, location: 'ItemSelector' });
}
