import type { ChoiceRule, State, States } from '../machine/definition';
import { isNested, parseResource, type Resource } from '../machine/resource';
import { isInvariantTemplate, type Template } from '../template';
import { explainField } from './fields';
import { show } from './findings';
import { checkInnerLanguage } from './language';
import type { Reader } from './reader';
import { readAssign, readCatch, readRetry } from './recovery';
import { isTimestamp } from '../timestamp';

const withResult = { result: true };
const secondsRange = { min: 1, max: 99_999_999 };

/** A machine inside of a state. */
export type Branch = 'a branch' | 'an ItemProcessor';
/** Reads one; handed in by who reads machines, since machines are made of states. */
type ReadBranch = (reader: Reader, what: Branch) => States;

const readers: Readonly<Record<string, (reader: Reader, name: string, readBranch: ReadBranch) => State>> = {
  Pass: (reader, name) => ({ type: 'Pass', ...flow(reader, name) }),
  Succeed: (reader, name) => ({ type: 'Succeed', ...terminal(name), output: reader.template('Output') }),
  Fail: (reader, name) => ({
    type: 'Fail',
    ...terminal(name),
    error: reader.stringOrExpression('Error'),
    cause: reader.stringOrExpression('Cause'),
  }),
  Wait: (reader, name) => ({ type: 'Wait', ...flow(reader, name), until: readUntil(reader) }),
  Choice: readChoice,
  Task: readTask,
  Parallel: (reader, name, readBranch) => ({
    type: 'Parallel',
    ...flow(reader, name, withResult),
    arguments: reader.template('Arguments'),
    branches: readBranches(reader, readBranch),
    ...recovery(reader),
  }),
  Map: readMap,
};

/** Reads one state; undefined when it is of no known type. */
export function readState(reader: Reader, name: string, readBranch: ReadBranch): State | undefined {
  const type = reader.required('Type');
  if (type === undefined) return undefined;
  const read = readers[type];
  if (read === undefined) {
    reader.problem('Type', `'${type}' is not a type of state: use ${Object.keys(readers).join(', ')}`);
    return undefined;
  }
  reader.string('Comment');
  checkInnerLanguage(reader);
  const state = read(reader, name, readBranch);
  reader.refuseOthers((field) => explainField(type, field));
  return state;
}

function terminal(name: string) {
  return { name, next: undefined, assign: undefined, output: undefined };
}

function flow(reader: Reader, name: string, available: { result?: boolean } = {}) {
  const next = reader.string('Next');
  const end = reader.take('End');
  if (end !== undefined && typeof end !== 'boolean') reader.problem('End', `must be true or false, got ${show(end)}`);
  if (next !== undefined && end === true)
    reader.problem('End', `'Next' and 'End' exclude each other: keep one of them`);
  if (next === undefined && end !== true) reader.problem('', `has neither 'Next' nor 'End': give one of them`);
  return { name, next, assign: readAssign(reader, available), output: reader.template('Output', available) };
}

function recovery(reader: Reader) {
  return { retry: readRetry(reader), catch: readCatch(reader) };
}

function readUntil(reader: Reader): { field: 'Seconds' | 'Timestamp'; value: Template } {
  const given = (['Seconds', 'Timestamp'] as const).filter((field) => reader.has(field));
  if (given.length !== 1) reader.problem('', `needs exactly one of 'Seconds' and 'Timestamp', got ${given.length}`);
  const seconds = reader.numberOrExpression('Seconds', { min: 0, max: 99_999_999 });
  const timestamp = reader.stringOrExpression('Timestamp');
  if (timestamp?.kind === 'constant' && !isTimestamp(timestamp.value)) {
    reader.problem('Timestamp', `must be like 2026-01-31T12:00:00Z, got ${show(timestamp.value)}`);
  }
  if (timestamp !== undefined) return { field: 'Timestamp', value: timestamp };
  return { field: 'Seconds', value: seconds ?? { kind: 'constant', value: 0 } };
}

function readChoice(reader: Reader, name: string): State {
  const choices = reader.list('Choices').map(readRule);
  if (choices.length === 0) reader.problem('Choices', 'must hold at least one choice');
  return {
    type: 'Choice',
    name,
    next: undefined,
    choices,
    default: reader.string('Default'),
    assign: readAssign(reader),
    output: reader.template('Output'),
  };
}

function readRule(reader: Reader): ChoiceRule {
  const condition = reader.template('Condition');
  if (condition === undefined) reader.problem('Condition', `is missing: give an expression {% ... %}`);
  if (condition?.kind === 'constant' && typeof condition.value !== 'boolean') {
    reader.problem('Condition', `must be an expression {% ... %} or a boolean, got ${show(condition.value)}`);
  }
  const rule = {
    condition: condition ?? { kind: 'constant', value: false },
    next: reader.required('Next') ?? '',
    assign: readAssign(reader),
    output: reader.template('Output'),
  } as const;
  reader.string('Comment');
  reader.refuseOthers((field) =>
    field === 'Variable'
      ? `'Variable' is JSONPath: use 'Condition' with an expression`
      : `'${field}' is not a field of a choice in JSONata`,
  );
  return rule;
}

function readTask(reader: Reader, name: string): State {
  const resource = readResource(reader);
  const common = flow(reader, name, withResult);
  const terms = {
    arguments: reader.template('Arguments'),
    timeoutSeconds: reader.numberOrExpression('TimeoutSeconds', secondsRange),
    heartbeatSeconds: reader.numberOrExpression('HeartbeatSeconds', secondsRange),
  };
  const areInvariant = (templates: readonly (Template | undefined)[]) =>
    templates.every((template) => template === undefined || isInvariantTemplate(template));
  const isInvariant = areInvariant(Object.values(terms));
  const hasInvariantLimits = areInvariant([terms.timeoutSeconds, terms.heartbeatSeconds]);
  const state = {
    type: 'Task',
    ...common,
    resource,
    ...terms,
    isInvariant,
    hasInvariantLimits,
    ...recovery(reader),
  } as const;
  const [timeout, heartbeat] = [terms.timeoutSeconds, terms.heartbeatSeconds];
  if (
    timeout?.kind === 'constant' &&
    heartbeat?.kind === 'constant' &&
    Number(heartbeat.value) >= Number(timeout.value)
  ) {
    reader.problem(
      'HeartbeatSeconds',
      `must be smaller than TimeoutSeconds (${Number(timeout.value)}), got ${Number(heartbeat.value)}`,
    );
  }
  if (isNested(resource)) checkNested(reader, state.arguments);
  return state;
}

function readResource(reader: Reader): Resource {
  const arn = reader.required('Resource') ?? '';
  const resource = arn === '' ? 'is empty' : parseResource(arn);
  if (typeof resource !== 'string') return resource;
  if (arn !== '') reader.problem('Resource', resource);
  return { arn, kind: 'integration', resourceType: '', resource: '' };
}

const nestedArguments = new Set(['StateMachineArn', 'Input', 'Name', 'TraceHeader']);

function checkNested(reader: Reader, given: Template | undefined): void {
  const names =
    given?.kind === 'object'
      ? given.entries.map(([key]) => key)
      : Object.keys(given?.kind === 'constant' ? (Object(given.value) as object) : {});
  for (const name of names) {
    if (!nestedArguments.has(name))
      reader.problem(`Arguments/${name}`, `'${name}' is not an argument of states:startExecution`);
  }
}

function readBranches(reader: Reader, readBranch: ReadBranch) {
  const branches = reader.list('Branches').map((branch) => readBranch(branch, 'a branch'));
  if (branches.length === 0) reader.problem('Branches', 'must hold at least one branch');
  return branches;
}

function readMap(reader: Reader, name: string, readBranch: ReadBranch): State {
  const items = reader.template('Items');
  if (items !== undefined && items.kind !== 'expression' && !isArray(items)) {
    reader.problem(
      'Items',
      `must be an array or an expression {% ... %}, got ${show(items.kind === 'constant' ? items.value : {})}`,
    );
  }
  return {
    type: 'Map',
    ...flow(reader, name, withResult),
    items,
    itemSelector: reader.template('ItemSelector'),
    maxConcurrency: reader.numberOrExpression('MaxConcurrency', { min: 0 }),
    processor: readProcessor(reader, readBranch),
    ...recovery(reader),
  };
}

function readProcessor(reader: Reader, readBranch: ReadBranch) {
  const processor = reader.object('ItemProcessor');
  if (processor === undefined) {
    if (!reader.has('ItemProcessor')) reader.problem('ItemProcessor', `is missing: give 'ItemProcessor'`);
    return { path: '', startAt: '', states: new Map<string, State>() };
  }
  const config = processor.object('ProcessorConfig');
  const mode = config?.string('Mode');
  if (mode !== undefined && mode !== 'INLINE')
    config?.problem('Mode', `must be 'INLINE', got '${mode}': this engine supports inline Maps only`);
  config?.refuseOthers((field) => `'${field}' belongs to a distributed Map, which this engine does not support`);
  return readBranch(processor, 'an ItemProcessor');
}

function isArray(template: Template): boolean {
  return template.kind === 'array' || (template.kind === 'constant' && Array.isArray(template.value));
}
