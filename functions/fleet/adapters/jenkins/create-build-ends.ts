import type { BuildEnds } from '../../ports/jenkins';
import type { JenkinsOptions } from '.';
import { BuildEnding } from './build-ending';
import { contextOpener } from './client-context';

/**
 * The real Jenkins, for the step that ends builds. Apart from `createJenkins`: neither needs the code of the other.
 *
 * @throws StepError JenkinsMisconfigured when the URL or the CA cannot be used
 */
export function createBuildEnds(options: JenkinsOptions): BuildEnds {
  const openContext = contextOpener(options);
  return { end: (build, trace, save) => new BuildEnding(openContext(), build, trace, save).run() };
}
