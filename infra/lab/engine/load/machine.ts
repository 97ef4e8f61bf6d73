import type { State, States } from '../machine/definition';
import { isObject } from '../json';
import { pointer, show } from './findings';
import { checkGraph } from './graph';
import { Reader } from './reader';
import { checkInnerLanguage } from './language';
import { readState, type Branch } from './states';

/** Reads `StartAt` and `States`, with all that hangs on them. */
export function readStates(reader: Reader): States {
  const startAt = reader.required('StartAt') ?? '';
  const states = new Map<string, State>();
  const machine = { path: reader.place.path, startAt, states };
  const source = reader.take('States');
  if (!isObject(source) || Object.keys(source).length === 0) {
    reader.problem('States', 'must be an object with at least one state');
    return machine;
  }
  for (const [name, definition] of Object.entries(source)) {
    const state = readNamed(reader, name, definition);
    if (state !== undefined) states.set(name, state);
  }
  checkGraph(machine, Object.keys(source), reader);
  return machine;
}

function readNamed(reader: Reader, name: string, definition: unknown): State | undefined {
  if (!isObject(definition)) {
    reader.problem(`States/${pointer(name)}`, `must be an object, got ${show(definition)}`);
    return undefined;
  }
  const stateReader = new Reader(definition, reader.at(`States/${pointer(name)}`, name), reader.findings);
  if (name.length > 80 || name.length === 0) {
    stateReader.problem('', `a state's name has 1 to 80 characters, got ${name.length}`);
  }
  return readState(stateReader, name, readBranch);
}

/** A machine inside a machine: a branch of a Parallel or the processor of a Map. */
function readBranch(reader: Reader, what: Branch): States {
  reader.string('Comment');
  // AWS refuses the field in an ItemProcessor: the states inside have the machine's language.
  if (what === 'a branch') checkInnerLanguage(reader);
  const states = readStates(reader);
  reader.refuseOthers((field) => `'${field}' is not a field of ${what}`);
  return states;
}
