import { StepError } from '../../../contracts/errors';
import type { JenkinsOptions } from '../options';
import { readAnswer } from '../transport/read-answer';
import { contextOpener } from '../client-context';
import { parseJob, trees } from '../models';
import { mistakesForJob } from './preflight';
import { judgeRetention, readRetention } from './build-retention';
import { JenkinsFailure } from '../jenkins-failure';
import { placeOfJob } from '../transport/urls';

/** Looks at jobs, and builds nothing. */
export interface JobCheck {
  check(job: string, parameters: readonly string[]): Promise<readonly string[]>;
}

/** How many builds at once a job is asked to have room for: a small scale-out. */
const usualAtOnce = 10;

/** The real Jenkins, for a doctor. */
export function createJobCheck(options: JenkinsOptions): JobCheck {
  const openContext = contextOpener(options);
  return {
    check: async (name, [correlation = '', ...others]) => {
      const { base, session } = openContext();
      try {
        const { url } = placeOfJob(base, name);
        const job = parseJob(
          readAnswer(await session.send({ method: 'GET', url: `${url}/api/json`, query: { tree: trees.job } })),
        );
        const defined = new Set(job.parameters.map((parameter) => parameter.name));
        const request = { job: name, parameters: {}, correlation: { parameter: correlation, value: 'a value' } };
        const missing = others.filter((parameter) => !defined.has(parameter));
        const retention = job.discards ? judgeRetention(await readRetention(session, url), usualAtOnce) : undefined;
        return [
          ...mistakesForJob(request, job),
          ...(job.parameters.length === 0
            ? []
            : missing.map((one) => `it does not define '${one}', and Jenkins would drop it silently`)),
          ...(retention === undefined || retention.kind === 'enough' ? [] : [retention.reason]),
        ];
      } catch (error) {
        if (!(error instanceof JenkinsFailure)) throw error;
        const isAway = error.kind === 'unavailable' || error.kind === 'faulty';
        throw new StepError(isAway ? 'JenkinsUnavailable' : 'JenkinsMisconfigured', session.redact(error.message));
      }
    },
  };
}
