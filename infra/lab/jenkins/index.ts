/**
 * The stand-in Jenkins of the lab: see SPEC.md.
 *
 * ```ts
 * const jenkins = createJenkinsStandIn({ clock, random, jobs: [{ name: 'platform/deploy', parameters: [{ name: 'ID' }] }] });
 * const baseUrl = await jenkins.start();
 * ```
 */
import { JenkinsStandIn, type StandInOptions } from './stand-in';

export type { Permission } from './api/access';
export type { Credentials } from './api/authentication';
export type { FaultMatch, FaultRule } from './api/faults';
export type { HttpRequest, HttpResponse, Response } from './api/messages';
export type { PostCount } from './api/post-counts';
export type {
  BehaviourSource,
  BuildBehaviour,
  Build,
  JobDefinition,
  LogLine,
  ParameterDefinition,
  QueuedRequest,
  BuildResult,
} from './model/definitions';
export type { JenkinsStandIn, StandInOptions } from './stand-in';
export { inProcess } from './transport';

/** @throws NamedError `InvalidJob` or `InvalidOption` for definitions that no Jenkins could have. */
export function createJenkinsStandIn(options: StandInOptions): JenkinsStandIn {
  return new JenkinsStandIn(options);
}
