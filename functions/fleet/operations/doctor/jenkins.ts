import { messageOf } from '../../../shared/aws-errors';
import { StepError } from '../../contracts/errors';
import { jobNames } from '../../contracts/settings';
import { problem, type CheckResult } from './finding';
import type { DoctorDeps, InspectedGroup } from './check-inputs';

/** Checks that Jenkins accepts the credentials, and that a build of each job could be requested now. */
export async function checkJenkins({ jobs }: DoctorDeps, { settings }: InspectedGroup): Promise<CheckResult[]> {
  const { jenkins } = settings;
  if (jenkins === undefined) return [];
  const said: CheckResult[] = [];
  for (const name of jobNames) {
    const job = settings[name];
    if (job === undefined) continue;
    try {
      const mistakes = await jobs.check(jenkins, job.job, [job.correlationParameter, ...Object.keys(job.parameters)]);
      said.push(
        ...mistakes.map((mistake) =>
          problem('job-unusable', `job ${job.job}: ${mistake}`, 'fix the job or the settings'),
        ),
      );
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      const isAway = error.name === 'JenkinsUnavailable';
      const repair = isAway
        ? 'from this machine; the functions may reach it. If they do not either, bring it back'
        : 'fix the job’s name, the token or its permissions';
      const text = messageOf(error);
      if (/^(there is no )?secret /.test(text)) {
        said.push(problem('secret-unreadable', text, 'fix the secret, or credentialsSecret in the settings'));
        return said;
      }
      said.push(problem(isAway ? 'jenkins-unreachable' : 'job-unusable', text, repair));
      if (isAway) return said;
    }
  }
  return said;
}
