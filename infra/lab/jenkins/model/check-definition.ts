import { NamedError } from '../../../../functions/shared/named-error';
import type { JobDefinition, ParameterDefinition } from './definitions';

/** Names that `buildWithParameters` reads as its own (FACTS.md, 1.1). */
const reserved = ['delay', 'token', 'cause', 'json', 'Submit', 'Jenkins-Crumb'];

/** Refuses a definition that no Jenkins could have, so that a typing mistake in a scenario does not become a riddle. */
export function checkJob(definition: JobDefinition): JobDefinition {
  const refuse = (problem: string): never => {
    throw new NamedError('InvalidJob', `job "${definition.name}": ${problem}`, { fault: 'bug' });
  };
  const segments = definition.name.split('/');
  if (segments.some((segment) => segment.trim() === '')) refuse('a name is `job` or `folder/job`, without empty parts');
  for (const key of ['quietPeriodMs', 'numToKeep', 'daysToKeep', 'firstNumber'] as const) {
    const value = definition[key];
    const least = key === 'quietPeriodMs' ? 0 : 1;
    if (value !== undefined && !(value >= least)) refuse(`${key} must be ${least} or more, got ${value}`);
  }
  const seen = new Set<string>();
  for (const parameter of definition.parameters ?? []) {
    const problem = mistake(parameter, seen);
    if (problem !== undefined) refuse(problem);
    seen.add(parameter.name);
  }
  const behaviour = definition.behaviour;
  if (typeof behaviour === 'object' && typeof behaviour.durationMs === 'number')
    checkDuration(definition.name, behaviour.durationMs);
  return definition;
}

export function checkDuration(job: string, durationMs: number): number {
  if (durationMs >= 0) return durationMs;
  throw new NamedError('InvalidJob', `job "${job}": a build lasts 0 ms or longer, got durationMs ${durationMs}`, {
    fault: 'bug',
  });
}

function mistake(parameter: ParameterDefinition, seen: ReadonlySet<string>): string | undefined {
  const { name, type = 'string', choices } = parameter;
  if (name === '') return 'a parameter has no name';
  if (seen.has(name)) return `parameter ${name} is defined twice`;
  if (reserved.includes(name)) return `parameter ${name} has a name that Jenkins uses itself: call it something else`;
  if (type !== 'choice') return choices ? `parameter ${name} has choices but is of type ${type}` : undefined;
  if (!choices?.length) return `parameter ${name} is a choice without choices`;
  if (parameter.default !== undefined && !choices.includes(parameter.default)) {
    return `the default "${parameter.default}" of ${name} is not one of ${choices.join(', ')}`;
  }
  return undefined;
}
