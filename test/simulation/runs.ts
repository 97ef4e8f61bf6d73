import type { Build } from '../../infra/lab/jenkins';
import type { World } from './world';

/** Whether Jenkins still runs it: with the record of a build, or what came after a backup, the build itself is gone. */
export function stillRuns({ lab }: World, { job, parameters }: Build): boolean {
  const known = lab.jenkins?.builds(job) ?? [];
  return known.some((build) => build.building && build.parameters.MUSTER_BUILD === parameters.MUSTER_BUILD);
}
