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
import type { LambdaFunction } from '../../engine';

/** The steps, by the placeholders that the state machines have for their functions. A new one is wired here. */
const makers = {
  ClaimIndex: claimIndex,
  TagInstance: tagInstance,
  RegisterDns: registerDns,
  CheckDns: checkDns,
  RunBuild: runBuild,
  RegisterTargets: registerTargets,
  CheckHealth: checkHealth,
  PutInService: putInService,
  DeregisterTargets: deregisterTargets,
  EndBuilds: endBuilds,
  CheckDrained: checkDrained,
  RemoveDns: removeDns,
  CompleteRelease: completeRelease,
  FreeIndex: freeIndex,
};

type Maker = (typeof makers)[keyof typeof makers];
/** What the steps need together: of functions that take different things, the intersection. */
type StepsDeps = Maker extends (deps: infer Deps) => unknown ? Deps : never;

/** The step functions over the lab's ports, by their placeholders. */
export function makeSteps(deps: StepsDeps): Record<string, LambdaFunction> {
  return Object.fromEntries(Object.entries(makers).map(([name, make]) => [name, make(deps)]));
}
