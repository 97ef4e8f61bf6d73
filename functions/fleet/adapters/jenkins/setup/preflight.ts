import type { BuildRequest } from '../../../ports/jenkins';
import type { Job, JobParameter } from '../models';
import { JenkinsFailure } from '../jenkins-failure';

/** Names that `buildWithParameters` reads itself: a job's parameter of that name would never get its value. */
const reserved = new Set(['delay', 'token', 'cause', 'json', 'Submit', 'Jenkins-Crumb']);

/** Types whose value Jenkins does not show again, or that cannot hold any text. */
const cannotCorrelate = /^(Password|File|Boolean|Run|Credentials)ParameterDefinition$/;

/** What is wrong with a request before Jenkins is asked anything. */
export function mistakesInRequest(request: BuildRequest): string[] {
  const { parameter, value } = request.correlation;
  const given = request.parameters[parameter];
  const mistakes = [parameter, ...Object.keys(request.parameters)]
    .filter((name) => reserved.has(name))
    .map((name) => `'${name}' cannot be passed: Jenkins takes that name for itself, so rename the parameter`);
  if (parameter === '' || value.trim() === '') mistakes.push('the correlation needs both a parameter and a value');
  if (given !== undefined && given !== value) {
    mistakes.push(`'${parameter}' is the correlation parameter and cannot be given another value`);
  }
  return mistakes;
}

/** What is wrong with a request for this job. Nothing may be posted before this is empty. */
export function mistakesForJob(request: BuildRequest, job: Job): string[] {
  if (job.kind !== undefined && job.buildable === undefined && job.nextBuildNumber === undefined) {
    return [`it is a ${job.kind.replace(/^.*\./, '')}, not a job: name the job (or branch) inside it`];
  }
  if (job.buildable === false) return ['it is disabled or not buildable: enable it, and the folders above it'];
  if (job.parameters.length === 0) {
    return [
      `it has no parameters, and needs at least '${request.correlation.parameter}' ` +
        '(those in a Jenkinsfile are known only after its first run)',
    ];
  }
  const defined = new Map(job.parameters.map((parameter) => [parameter.name, parameter]));
  return [
    ...mistakesInCorrelation(request, defined),
    ...Object.entries(request.parameters).flatMap(([name, value]) =>
      name === request.correlation.parameter ? [] : mistakesInValue(name, value, defined),
    ),
  ];
}

function mistakesInCorrelation(request: BuildRequest, defined: ReadonlyMap<string, JobParameter>): string[] {
  const name = request.correlation.parameter;
  const parameter = defined.get(name);
  if (parameter === undefined) {
    return [`it does not define '${name}': add a string parameter of that name, or a request cannot be found again`];
  }
  const unfit = cannotCorrelate.test(parameter.type ?? '') || parameter.type === 'ChoiceParameterDefinition';
  return unfit ? [`its parameter '${name}' is a ${parameter.type ?? ''}: make it a string parameter`] : [];
}

function mistakesInValue(name: string, value: string, defined: ReadonlyMap<string, JobParameter>): string[] {
  const parameter = defined.get(name);
  if (parameter === undefined) {
    const others = [...defined.keys()].map((other) => `'${other}'`).join(', ');
    return [`it does not define '${name}', and Jenkins would drop it silently: it defines ${others}`];
  }
  const { type, choices } = parameter;
  // other types may list choices that are not all of them
  if ((type === undefined || type === 'ChoiceParameterDefinition') && choices !== undefined) {
    const allowed = choices.map((choice) => `'${choice}'`).join(', ');
    return choices.includes(value) ? [] : [`'${name}' cannot be '${value}': it is one of ${allowed}`];
  }
  if (type === 'BooleanParameterDefinition' && !/^(true|false)$/i.test(value)) {
    return [`'${name}' cannot be '${value}', which Jenkins reads as false: give true or false`];
  }
  if (type === 'FileParameterDefinition') return [`'${name}' takes a file, which cannot be passed`];
  return [];
}

/** @throws JenkinsFailure misconfigured, with all mistakes in one message */
export function refuseMistakes(what: string, mistakes: readonly string[]): void {
  if (mistakes.length > 0) throw new JenkinsFailure('misconfigured', `${what} cannot be built: ${mistakes.join('; ')}`);
}
