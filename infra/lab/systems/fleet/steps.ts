import { makeHandler as checkDrained } from '../../../../functions/fleet/steps/check-drained/handler';
import { makeHandler as checkDns } from '../../../../functions/fleet/steps/check-dns/handler';
import { makeHandler as checkHealth } from '../../../../functions/fleet/steps/check-health/handler';
import { makeHandler as claimIndex } from '../../../../functions/fleet/steps/claim-index/handler';
import { makeHandler as putInService } from '../../../../functions/fleet/steps/put-in-service/handler';
import { makeHandler as completeRelease } from '../../../../functions/fleet/steps/complete-release/handler';
import { makeHandler as deregisterTargets } from '../../../../functions/fleet/steps/deregister-targets/handler';
import { makeHandler as endBuilds } from '../../../../functions/fleet/steps/end-builds/handler';
import { makeHandler as freeIndex } from '../../../../functions/fleet/steps/free-index/handler';
import { makeHandler as registerDns } from '../../../../functions/fleet/steps/register-dns/handler';
import { makeHandler as registerTargets } from '../../../../functions/fleet/steps/register-targets/handler';
import { makeHandler as removeDns } from '../../../../functions/fleet/steps/remove-dns/handler';
import { makeHandler as runBuild } from '../../../../functions/fleet/steps/run-build/handler';
import { makeHandler as tagInstance } from '../../../../functions/fleet/steps/tag-instance/handler';
import { placeholderOf } from '../../../constructs/placeholders';
import type { StepFunctionName } from '../../../systems/fleet/functions';
import type { LambdaFunction } from '../../engine';

/** The steps of the catalogue, by the names of their folders: one that is missing does not compile. A new one is wired here. */
const makers = {
  'claim-index': claimIndex,
  'tag-instance': tagInstance,
  'register-dns': registerDns,
  'check-dns': checkDns,
  'run-build': runBuild,
  'register-targets': registerTargets,
  'check-health': checkHealth,
  'put-in-service': putInService,
  'deregister-targets': deregisterTargets,
  'end-builds': endBuilds,
  'check-drained': checkDrained,
  'remove-dns': removeDns,
  'complete-release': completeRelease,
  'free-index': freeIndex,
} satisfies Record<StepFunctionName, unknown>;

type Maker = (typeof makers)[keyof typeof makers];
/** What the steps need together: of functions that take different things, the intersection. */
type StepsDeps = Maker extends (deps: infer Deps) => unknown ? Deps : never;

/** The step functions over the lab's ports, by their placeholders. */
export function makeSteps(deps: StepsDeps): Record<string, LambdaFunction> {
  return Object.fromEntries(Object.entries(makers).map(([name, make]) => [placeholderOf(name), make(deps)]));
}
