import { functionOfPlaceholder } from '../../../infra/constructs/placeholders';
import { parseGroupSettings } from '../../../functions/fleet/contracts/settings';
import type { Ports } from '../../../infra/lab/systems/fleet/deploy-muster';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { intercept } from '../../../infra/lab/region/calls/intercept';
import type { FunctionName, PermissionScope } from '../../../infra/systems/fleet/function-permissions';
import { requirePermission } from '../../support/permissions/enforce';
import { scopeWith } from '../../support/permissions/scope-of-lab';
import { currentInvocation } from '../invocation';

/** What stands in a deployment: the settings of its groups, and what stood there. */
export interface DeployedGroups {
  readonly groups: readonly unknown[];
  readonly formerly: { readonly zones: readonly string[]; readonly targetGroups: readonly string[] };
}

/** IAM in front of what functions call, with the policies of the last deployment that it has followed. */
export class Iam {
  #lab: Lab | undefined;
  #policies: { readonly since: number; readonly scope: PermissionScope }[] = [];

  /** @param afterMs when IAM has followed. */
  deploy(lab: Lab, { groups, formerly }: DeployedGroups, afterMs: number): void {
    this.#lab = lab;
    const scope = {
      ...scopeWith(
        lab,
        groups.map((one) => parseGroupSettings(one, 'the plan')),
      ),
      formerly,
    };
    const policy = { since: lab.clock.millis() + afterMs, scope };
    // Of two that IAM follows out of order, the one that was made last counts.
    this.#policies = [...this.#policies.filter(({ since }) => since < policy.since), policy];
  }

  /** The same port, for functions whose role allows it. Operators have rights of their own. */
  intercept<Port extends object>(service: keyof Ports, port: Port, settings: unknown): Port {
    return intercept(port, async ({ operation, input }, proceed) => {
      const [lab, invocation] = [this.#lab, currentInvocation()];
      if (lab === undefined || invocation === undefined || invocation.function === 'operator') return proceed();
      const functionName = functionOfPlaceholder(invocation.function) as FunctionName;
      const scope = this.#policies.findLast(({ since }) => since <= lab.clock.millis())?.scope;
      requirePermission(lab, scope, { functionName, port: service, method: operation, input: settings ?? input });
      return proceed();
    });
  }
}
