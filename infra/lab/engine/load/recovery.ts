import type { Catcher, Retrier } from '../machine/definition';
import { show } from './findings';
import type { Reader } from './reader';

const maxDelaySeconds = 31_622_400;

export function readRetry(state: Reader): Retrier[] {
  const retriers = state.list('Retry').map(readRetrier);
  checkOrder(state, 'Retry', retriers);
  return retriers;
}

function readRetrier(reader: Reader): Retrier {
  const retrier = {
    errorEquals: readErrorEquals(reader),
    intervalSeconds: reader.number('IntervalSeconds', { min: 1, max: 99_999_999 }) ?? 1,
    maxAttempts: reader.number('MaxAttempts', { min: 0, max: 99_999_999 }) ?? 3,
    backoffRate: reader.number('BackoffRate', { min: 1, integer: false }) ?? 2,
    maxDelaySeconds: reader.number('MaxDelaySeconds', { min: 1, max: maxDelaySeconds }),
    fullJitter: readJitter(reader),
  };
  if (retrier.maxDelaySeconds !== undefined && retrier.maxDelaySeconds <= retrier.intervalSeconds) {
    reader.problem(
      'MaxDelaySeconds',
      `must be greater than IntervalSeconds (${retrier.intervalSeconds}), got ${retrier.maxDelaySeconds}`,
    );
  }
  reader.string('Comment');
  reader.refuseOthers((field) => `'${field}' is not a field of a Retry`);
  return retrier;
}

function readJitter(reader: Reader): boolean {
  const strategy = reader.string('JitterStrategy');
  if (strategy !== undefined && strategy !== 'FULL' && strategy !== 'NONE') {
    reader.problem('JitterStrategy', `must be 'FULL' or 'NONE', got '${strategy}'`);
  }
  return strategy === 'FULL';
}

export function readCatch(state: Reader): Catcher[] {
  const available = { errorOutput: true };
  const catchers = state.list('Catch').map((reader) => {
    const catcher = {
      errorEquals: readErrorEquals(reader),
      next: reader.required('Next') ?? '',
      assign: readAssign(reader, available),
      output: reader.template('Output', available),
    };
    reader.string('Comment');
    reader.refuseOthers((field) => `'${field}' is not a field of a Catch`);
    return catcher;
  });
  checkOrder(state, 'Catch', catchers);
  return catchers;
}

const variableName = /^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u;

export function readAssign(reader: Reader, available: { result?: boolean; errorOutput?: boolean } = {}) {
  const fields = reader.object('Assign');
  if (fields === undefined) return undefined;
  const template = reader.template('Assign', available);
  for (const name of assignedNames(template)) {
    if (name === 'states') reader.problem('Assign/states', `'states' is reserved and cannot be assigned`);
    else if (!variableName.test(name) || name.length > 80) {
      reader.problem(
        `Assign/${name}`,
        `'${name}' is not a variable name: a letter or underscore, then letters, digits and underscores, 80 at most`,
      );
    }
  }
  return template;
}

/** The variables that an Assign sets. */
export function assignedNames(assign: ReturnType<Reader['template']>): string[] {
  if (assign?.kind === 'object') return assign.entries.map(([name]) => name);
  return assign?.kind === 'constant' ? Object.keys(assign.value as object) : [];
}

function readErrorEquals(reader: Reader): string[] {
  const value = reader.take('ErrorEquals');
  if (!Array.isArray(value) || value.length === 0 || !value.every((item) => typeof item === 'string')) {
    reader.problem('ErrorEquals', `must be a list of at least one error name, got ${show(value)}`);
    return [];
  }
  const names: string[] = value;
  if (names.length > 1 && names.includes('States.ALL')) reader.problem('ErrorEquals', `'States.ALL' must stand alone`);
  for (const name of names) {
    if (name.startsWith('States.') && !predefinedErrors.has(name))
      reader.problem('ErrorEquals', `'${name}' is not an error of the States Language`);
  }
  return names;
}

const predefinedErrors = new Set([
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.Http.Socket',
  'States.HeartbeatTimeout',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);

function checkOrder(
  state: Reader,
  field: string,
  entries: readonly { readonly errorEquals: readonly string[] }[],
): void {
  entries.forEach(({ errorEquals }, index) => {
    if (errorEquals.includes('States.ALL') && index < entries.length - 1) {
      state.problem(
        `${field}/${index}/ErrorEquals`,
        `'States.ALL' must be in the last entry: those after it would never be used`,
      );
    }
  });
}
