import type { State, States } from '../machine/definition';
import { pointer, problemAt } from './findings';
import type { Reader } from './reader';

/** Where a state can go, with the field that says so. */
export function transitions(state: State): (readonly [field: string, target: string])[] {
  const found: (readonly [string, string])[] = [];
  if (state.next !== undefined) found.push(['Next', state.next]);
  if (state.type === 'Choice') {
    state.choices.forEach(({ next }, index) => found.push([`Choices/${index}/Next`, next]));
    if (state.default !== undefined) found.push(['Default', state.default]);
  }
  if ('catch' in state) state.catch.forEach(({ next }, index) => found.push([`Catch/${index}/Next`, next]));
  return found;
}

/** Targets that are missing, states that nothing leads to, and machines that can never end. */
export function checkGraph(machine: States, names: readonly string[], reader: Reader): void {
  const known = new Set(names);
  if (machine.startAt !== '' && !known.has(machine.startAt)) {
    reader.problem('StartAt', `there is no state '${machine.startAt}' here${hint(names)}`);
  }
  for (const state of machine.states.values()) {
    for (const [field, target] of transitions(state)) {
      if (target !== '' && !known.has(target)) reportTarget(reader, state, { field, target }, names);
    }
  }
  const reached = reachable(machine);
  // With a broken start or a state that could not be read, nothing certain can be said about the rest.
  if (!known.has(machine.startAt) || machine.states.size < names.length) return;
  for (const name of names) {
    if (!reached.has(name)) report(reader, name, '', 'cannot be reached: no transition leads to it');
  }
  const ends = [...machine.states.values()].some(isEnd);
  if (!ends) reader.problem('States', `can never end: give one state 'End' or add a Succeed or Fail state`);
}

interface Transition {
  readonly field: string;
  readonly target: string;
}

function reportTarget(reader: Reader, state: State, { field, target }: Transition, names: readonly string[]): void {
  report(reader, state.name, field, `there is no state '${target}' here${hint(names)}`);
}

function report(reader: Reader, state: string, field: string, message: string): void {
  const { path } = reader.at(`States/${pointer(state)}`);
  reader.findings.problems.push(problemAt({ path: field === '' ? path : `${path}/${field}`, state }, message));
}

function hint(names: readonly string[]): string {
  return `: use one of ${names.map((name) => `'${name}'`).join(', ')}`;
}

function isEnd(state: State): boolean {
  return state.type !== 'Choice' && state.next === undefined;
}

/** The names of the states that can be entered. */
export function reachable({ startAt, states }: States): Set<string> {
  const reached = new Set<string>();
  const open = [startAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = states.get(name);
    if (reached.has(name) || state === undefined) continue;
    reached.add(name);
    open.push(...transitions(state).map(([, target]) => target));
  }
  return reached;
}
