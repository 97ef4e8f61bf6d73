import type { StateMachine } from '../machine/definition';
import { InvalidDefinition } from '../errors';
import { isObject } from '../json';
import { Findings, problemAt } from './findings';
import { readStates } from './machine';
import { Reader } from './reader';
import { substitute } from './substitute';
import { checkVariables } from './variables';

/** AWS's limit for a definition, in characters. */
const maxDefinitionBytes = 1_048_576;

/** How a definition is loaded. */
export interface LoadOptions {
  /** For error messages and logs of the caller; the engine uses the name given to `createStateMachine`. */
  readonly name?: string;
  /** Values for the `${Placeholders}` in the definition's strings. */
  readonly substitutions?: Readonly<Record<string, string>>;
  /** Also refuses what AWS accepts and runs but is hardly meant; otherwise that is in `warnings`. */
  readonly strict?: boolean;
}

/**
 * Checks and compiles a definition in the Amazon States Language (JSONata only), given as JSON text or as an object.
 *
 * Throws InvalidDefinition with everything that is wrong in `problems`: nothing is ever ignored silently.
 */
export function loadStateMachine(definition: string | object, options: LoadOptions = {}): StateMachine {
  const findings = new Findings();
  const source = substitute(parse(definition), options.substitutions ?? {}, findings.problems);
  if (!isObject(source)) throw refusal('a definition must be a JSON object');
  const machine = readMachine(new Reader(source, { path: '', state: undefined }, findings), source);
  const { problems, warnings } = findings;
  const refused = options.strict === true ? [...problems, ...warnings] : problems;
  if (refused.length > 0) throw new InvalidDefinition(refused);
  return { ...machine, name: options.name, definition: JSON.stringify(source), warnings };
}

function parse(definition: string | object): unknown {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  if (text.length > maxDefinitionBytes)
    throw refusal(`a definition has ${maxDefinitionBytes} characters at most, got ${text.length}`);
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw refusal(`a definition must be JSON: ${(thrown as Error).message}`);
  }
}

function refusal(message: string): InvalidDefinition {
  return new InvalidDefinition([{ path: '', message }]);
}

function readMachine(reader: Reader, source: Readonly<Record<string, unknown>>) {
  checkLanguage(reader, source);
  reader.string('Comment');
  const version = reader.string('Version');
  if (version !== undefined && version !== '1.0') reader.problem('Version', `must be '1.0', got '${version}'`);
  const timeoutSeconds = reader.number('TimeoutSeconds', { min: 1, max: 99_999_999 });
  const states = readStates(reader);
  reader.refuseOthers((field) => `'${field}' is not a field of a state machine`);
  if (reader.findings.problems.length === 0) checkVariables(states, reader.findings);
  return { ...states, timeoutSeconds };
}

/** Left out, the query language is JSONPath, so each state that does not say otherwise is refused by name. */
function checkLanguage(reader: Reader, source: Readonly<Record<string, unknown>>): void {
  const language = reader.string('QueryLanguage');
  if (language === 'JSONata') return;
  if (language !== undefined && language !== 'JSONPath') {
    reader.problem('QueryLanguage', `must be 'JSONata', got '${language}'`);
    return;
  }
  const message = `is in JSONPath: this engine runs JSONata only, give the machine "QueryLanguage": "JSONata"`;
  for (const [path, name] of statesInJsonPath(source, '')) {
    reader.findings.problems.push(problemAt({ path, state: name }, message));
  }
}

/** Every state, also in branches, without a query language of its own: all inherit the machine's. */
function* statesInJsonPath(
  machine: Readonly<Record<string, unknown>>,
  path: string,
): Generator<readonly [string, string]> {
  const states = isObject(machine['States']) ? machine['States'] : {};
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    const at = `${path}/States/${name}`;
    if (state['QueryLanguage'] !== 'JSONata') yield [at, name];
    const branches = Array.isArray(state['Branches']) ? (state['Branches'] as unknown[]) : [];
    for (const [index, branch] of branches.entries()) {
      if (isObject(branch)) yield* statesInJsonPath(branch, `${at}/Branches/${index}`);
    }
    if (isObject(state['ItemProcessor'])) yield* statesInJsonPath(state['ItemProcessor'], `${at}/ItemProcessor`);
  }
}
