import type { BuildEnds } from '../../ports/jenkins';
import type { JenkinsOptions } from '.';
import { BuildEnding } from './ending';
import { meansOf } from './means';

/**
 * The real Jenkins, for the step that ends builds. Apart from `createJenkins`: neither needs the code of the other.
 *
 * @throws StepError JenkinsMisconfigured when the URL or the CA cannot be used
 */
export function createBuildEnds(options: JenkinsOptions): BuildEnds {
  const means = meansOf(options);
  return { end: (build, trace, save) => new BuildEnding(means(), build, trace, save).run() };
}
