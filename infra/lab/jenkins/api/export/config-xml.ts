import type { Job } from '../../model/job';
import type { HttpResponse } from '../messages';

/**
 * A job's configuration as Jenkins stores it, as far as it is about what is kept: `api/json` shows that there is a
 * build discarder, and never its numbers. A limit that is not set is -1.
 */
export function configXml(job: Job): HttpResponse {
  const { numToKeep = -1, daysToKeep = -1, artifactNumToKeep = -1, artifactDaysToKeep = -1 } = job.definition;
  const root = job.pipeline ? 'flow-definition' : 'project';
  const strategy = `<strategy class="hudson.tasks.LogRotator"><daysToKeep>${daysToKeep}</daysToKeep><numToKeep>${numToKeep}</numToKeep><artifactDaysToKeep>${artifactDaysToKeep}</artifactDaysToKeep><artifactNumToKeep>${artifactNumToKeep}</artifactNumToKeep></strategy>`;
  const discarder = `<jenkins.model.BuildDiscarderProperty>${strategy}</jenkins.model.BuildDiscarderProperty>`;
  const properties = job.discards ? discarder : '';
  const body = `<?xml version='1.1' encoding='UTF-8'?>\n<${root}><properties>${properties}</properties></${root}>\n`;
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}
