import {
  policyStatements,
  type FunctionName,
  type PermissionScope,
} from '../../../infra/systems/fleet/function-permissions';
import { allows } from './evaluate';
import { exampleScope } from './example-scope';
import type { IamRequest, StatementJson } from './request';

/** Whether a function may do all of that. */
export function may(
  name: FunctionName,
  requests: readonly IamRequest[],
  scope: PermissionScope = exampleScope,
): boolean {
  expect(requests.length).toBeGreaterThan(0);
  const statements = policyStatements(name, scope).map((one) => one.toStatementJson() as StatementJson);
  return requests.every((request) => statements.some((statement) => allows(statement, request)));
}

/** Rows for `test.each('%s %s')`: may, or may not, what. */
export function cases(...list: [what: string, allowed: boolean, requests: IamRequest[]][]) {
  return list.map(([what, allowed, requests]) => [allowed ? 'may' : 'may not', what, allowed, requests] as const);
}
