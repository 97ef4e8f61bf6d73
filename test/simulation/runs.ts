import type { Build } from '../../infra/lab/jenkins';
import type { World } from './world/world';

/** Whether Jenkins still runs it: with the record of a build, or what came after a backup, the build itself is gone. */
export function stillRuns(world: World, build: Build): boolean {
  return recordOf(world, build)?.building === true;
}

/** What Jenkins knows of it; `undefined`: nothing any more. */
export function recordOf(world: World, build: Build): Build | undefined {
  return recordsOf(world, build)[0];
}

/** All that Jenkins knows of its attempt. */
export function recordsOf({ lab }: World, { job, parameters }: Pick<Build, 'job' | 'parameters'>): readonly Build[] {
  const known = lab.jenkins?.builds(job) ?? [];
  return known.filter((build) => build.parameters.MUSTER_BUILD === parameters.MUSTER_BUILD);
}
