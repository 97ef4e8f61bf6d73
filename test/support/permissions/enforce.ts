import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { StepError } from '../../../functions/fleet/contracts/errors';
import {
  policyStatements,
  type FunctionName,
  type PermissionScope,
} from '../../../infra/systems/fleet/function-permissions';
import { allows } from './evaluate';
import { Observer, requestsOf, type ObservedCall } from './observe';
import { scopeOf } from './scope-of-lab';
import type { IamRequest, StatementJson } from './request';
import { worldOf } from './world';

/**
 * IAM in front of every port of a lab: what the deployed policies do not allow a function is refused, in the words that
 * AWS has for it. A deployment is followed after a while, as IAM does.
 */
export class Iam {
  readonly #observer = new Observer((call) => this.#ask(call));
  #lab: Lab | undefined;
  #policies: { readonly since: number; readonly scope: PermissionScope }[] = [];

  /** To make the lab with. */
  readonly options = this.#observer.options;

  /** Deploys the settings of these groups as they are now; IAM follows `afterMs` later. */
  async deploy(
    lab: Lab,
    groups: readonly string[],
    { afterMs = 0, ...changes }: { afterMs?: number } & Pick<PermissionScope, 'formerly'> = {},
  ): Promise<void> {
    this.#lab = lab;
    const scope = { ...(await scopeOf(lab, groups)), ...changes };
    this.#policies = [...this.#policies, { since: lab.clock.now().getTime() + afterMs, scope }];
  }

  #ask(call: ObservedCall): void {
    const lab = this.#lab;
    if (lab === undefined) return;
    const now = lab.clock.now().getTime();
    requirePermission(lab, this.#policies.findLast(({ since }) => since <= now)?.scope, call);
  }
}

/** Throws what AWS answers to a call that the policies of a scope do not allow the function; without one, to any. */
export function requirePermission(lab: Lab, scope: PermissionScope | undefined, call: ObservedCall): void {
  const statements = scope === undefined ? [] : statementsOf(call.functionName, scope);
  for (const request of requestsOf(call, worldOf(lab))) {
    if (!statements.some((statement) => allows(statement, request))) throw denied(call.functionName, request, lab);
  }
}

const made = new WeakMap<PermissionScope, Map<FunctionName, StatementJson[]>>();

/** Each once: to make them takes longer than to ask them. */
function statementsOf(name: FunctionName, scope: PermissionScope): StatementJson[] {
  const ofScope = made.get(scope) ?? new Map<FunctionName, StatementJson[]>();
  made.set(scope, ofScope);
  const known = ofScope.get(name);
  if (known !== undefined) return known;
  const statements = policyStatements(name, scope).map((one) => one.toStatementJson() as StatementJson);
  ofScope.set(name, statements);
  return statements;
}

const json = ['dynamodb', 'ssm', 'states', 'secretsmanager'];

function denied(name: FunctionName, { action, resource }: IamRequest, lab: Lab): Error {
  const { account } = worldOf(lab);
  const [service = ''] = action.split(':');
  const code =
    service === 'ec2' ? 'UnauthorizedOperation' : json.includes(service) ? 'AccessDeniedException' : 'AccessDenied';
  const text = `User: arn:aws:sts::${account}:assumed-role/muster-${name}/muster-${name} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  const error = Object.assign(new Error(text), {
    name: code,
    $metadata: { httpStatusCode: json.includes(service) ? 400 : 403 },
  });
  // What stands before the port of Jenkins reads the secret as the adapter does, and names what keeps it from that.
  return service === 'secretsmanager'
    ? new StepError('JenkinsMisconfigured', `the secret cannot be read: ${text}`, { cause: error })
    : error;
}
