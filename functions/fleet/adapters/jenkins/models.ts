import type { BuildRequest } from '../../ports/jenkins';
import { buildNumberOf, fieldsOf, idOf, listOf, numberOf, textOf, type Fields } from './transport/json';
import { isOtherJob, queueIdIn } from './transport/urls';

/**
 * What an item or a build was given, by name: every value that is shown of it, and none for types that do not show theirs
 * (password, file). More than one action can have parameters, and Jenkins promises no order of them.
 */
export type GivenParameters = ReadonlyMap<string, readonly string[]>;

export interface QueueItem {
  readonly id: string | undefined;
  readonly why: string;
  readonly stuck: boolean;
  readonly cancelled: boolean;
  readonly left: boolean;
  readonly buildNumber: number | undefined;
  readonly taskUrl: string | undefined;
  readonly parameters: GivenParameters;
}

export interface Build {
  readonly number: number;
  readonly queueId: string | undefined;
  readonly building: boolean;
  readonly result: string | undefined;
  readonly durationMs: number;
  readonly estimatedMs: number | undefined;
  readonly startedAtMs: number | undefined;
  readonly parameters: GivenParameters;
  /** It took the parameters of another build over: Replay, Rebuild, Naginator's retry. */
  readonly isCopy: () => boolean;
}

export interface JobParameter {
  readonly name: string;
  readonly type: string | undefined;
  readonly choices: readonly string[] | undefined;
}

export interface Job {
  readonly kind: string | undefined;
  readonly buildable: boolean | undefined;
  readonly nextBuildNumber: number | undefined;
  readonly parameters: readonly JobParameter[];
  /** Whether it discards old builds; how many it keeps is not shown with it. */
  readonly discards: boolean;
  /** When the newest build began, by the clock of Jenkins. */
  readonly newestAtMs: number | undefined;
}

/** The fields to request. Without a `tree`, one broken plugin can fail the whole answer. */
export const trees = {
  job:
    'buildable,nextBuildNumber,property[_class,parameterDefinitions[name,type,choices]],' +
    'actions[parameterDefinitions[name,type,choices]],builds[timestamp]{0,100}',
  queue: 'items[id,url,why,task[name,url],actions[parameters[name,value]]]',
  item:
    'id,url,why,blocked,buildable,stuck,pending,cancelled,task[name,url],executable[number,url],' +
    'actions[parameters[name,value]]',
  build:
    'number,queueId,building,result,duration,estimatedDuration,timestamp,' +
    'actions[_class,parameters[name,value],causes[_class]]',
  builds: 'number,queueId,timestamp,actions[_class,parameters[name,value],causes[_class]]',
} as const;

export function parseJob(fields: Fields): Job {
  const definitions = [...listOf(fields['property']), ...listOf(fields['actions'])].flatMap((holder) =>
    listOf(fieldsOf(holder)['parameterDefinitions']),
  );
  const parameters = definitions.map(fieldsOf).flatMap((definition): JobParameter[] => {
    const name = textOf(definition['name']);
    const choices = Array.isArray(definition['choices']) ? definition['choices'].map(String) : undefined;
    return name === undefined ? [] : [{ name, type: textOf(definition['type']), choices }];
  });
  return {
    kind: textOf(fields['_class']),
    buildable: typeof fields['buildable'] === 'boolean' ? fields['buildable'] : undefined,
    nextBuildNumber: buildNumberOf(fields['nextBuildNumber']),
    newestAtMs: newest(listOf(fields['builds']).map((build) => numberOf(fieldsOf(build)['timestamp']))),
    // the same definitions may show up both as a property and as an action
    parameters: [...new Map(parameters.map((parameter) => [parameter.name, parameter])).values()],
    discards: listOf(fields['property']).some((one) => /Discarder/.test(textOf(fieldsOf(one)['_class']) ?? '')),
  };
}

function newest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

export function parseItem(fields: Fields): QueueItem {
  const executable = fieldsOf(fields['executable']);
  return {
    id: queueIdIn(textOf(fields['url'])) ?? idOf(fields['id']),
    why: textOf(fields['why']) ?? '',
    stuck: fields['stuck'] === true,
    cancelled: fields['cancelled'] === true,
    left: 'cancelled' in fields || 'executable' in fields,
    buildNumber: buildNumberOf(executable['number']),
    taskUrl: textOf(fieldsOf(fields['task'])['url']),
    parameters: parametersIn(fields),
  };
}

/** `undefined` for an entry without a number. */
export function parseBuild(fields: Fields): Build | undefined {
  const number = buildNumberOf(fields['number']);
  if (number === undefined) return undefined;
  const estimated = numberOf(fields['estimatedDuration']);
  return {
    number,
    queueId: idOf(fields['queueId']),
    building: fields['building'] !== false,
    result: textOf(fields['result']),
    durationMs: Math.max(0, numberOf(fields['duration']) ?? 0),
    estimatedMs: estimated !== undefined && estimated > 0 ? estimated : undefined,
    startedAtMs: numberOf(fields['timestamp']),
    parameters: parametersIn(fields),
    // Looked at for a build that is ours, and a list has a hundred of others.
    isCopy: () => classesIn(fields).some((name) => /replay|rebuil|rebuild|naginator/i.test(name)),
  };
}

/** `actions` is sparse: `{}`, null, actions without parameters, parameters without a value, values that are boolean. */
function parametersIn(fields: Fields): GivenParameters {
  const given = new Map<string, string[]>();
  for (const action of listOf(fields['actions'])) {
    for (const parameter of listOf(fieldsOf(action)['parameters']).map(fieldsOf)) {
      const { name, value } = parameter;
      if (typeof name === 'string') given.set(name, [...(given.get(name) ?? []), ...shown(value)]);
    }
  }
  return given;
}

function shown(value: unknown): string[] {
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? [String(value)] : [];
}

function classesIn(fields: Fields): string[] {
  const actions = listOf(fields['actions']).map(fieldsOf);
  return [...actions, ...actions.flatMap((action) => listOf(action['causes']).map(fieldsOf))].flatMap((holder) => {
    const name = textOf(holder['_class']);
    return name === undefined ? [] : [name];
  });
}

/**
 * Whose an item or build is. `unknown` while nothing tells: a build has no parameters for a moment after it was made,
 * and some types do not show their value.
 */
export type BuildOwner = 'ours' | 'other' | 'unknown';

export function ownerOf(
  {
    parameters,
    queueId,
    taskUrl,
  }: { parameters: GivenParameters; queueId?: string | undefined; taskUrl?: string | undefined },
  expected: { correlation: BuildRequest['correlation']; queueId?: string | undefined; names: readonly string[] },
): BuildOwner {
  const { parameter, value } = expected.correlation;
  const found = parameters.get(parameter) ?? [];
  if (found.length > 0) return found.some((one) => one.trim() === value.trim()) ? 'ours' : 'other';
  if (parameters.size > 0 && !parameters.has(parameter)) return 'other';
  if (isOtherJob(taskUrl, expected.names)) return 'other';
  if (queueId !== undefined && expected.queueId !== undefined && queueId !== expected.queueId) return 'other';
  return 'unknown';
}
