import { allows } from './evaluate';
import { describeRequest, listOf, type IamRequest, type StatementJson } from './request';

export interface Finding {
  /** Of the function, or of the state machine. */
  readonly functionName: string;
  readonly kind: 'missing' | 'unused';
  readonly action: string;
  /** What of it. */
  readonly detail: string;
}

/** Compares what a function was seen to ask of IAM with what its statements allow. */
export function compare(
  functionName: string,
  statements: readonly StatementJson[],
  requests: readonly IamRequest[],
): Finding[] {
  const finding = (kind: Finding['kind'], action: string, detail: string) => ({ functionName, kind, action, detail });
  const missing = requests
    .filter((request) => !statements.some((statement) => allows(statement, request)))
    .map((request) => finding('missing', request.action, describeRequest(request)));
  const unused = statements.flatMap((statement) =>
    unusedIn(statement, requests).map(({ action, detail }) => finding('unused', action, detail)),
  );
  return distinct([...missing, ...unused]);
}

export function describeFinding({ functionName, kind, action, detail }: Finding): string {
  return `${functionName}: ${kind} permission ${action}: ${detail}`;
}

/** What of a statement no request has needed: of each action a resource, or a value in a condition. */
function unusedIn(statement: StatementJson, requests: readonly IamRequest[]): { action: string; detail: string }[] {
  return listOf(statement.Action).flatMap((action) => {
    const served = (Resource: StatementJson['Resource']) =>
      requests.filter((request) => allows({ ...statement, Action: action, Resource }, request));
    const all = served(statement.Resource);
    const idle = listOf(statement.Resource).filter((resource) => served(resource).length === 0);
    // When all of it is idle, so are its conditions.
    const values = all.length === 0 ? [] : exactValues(statement);
    return [
      ...idle.map((resource) => `on ${resource}`),
      ...values
        .filter(({ key, value }) => !all.some(({ context }) => context[key]?.includes(value)))
        .map(({ key, value }) => `with ${key} = ${value}`),
    ].map((what) => ({ action, detail: `${statement.Sid ?? 'a statement without a sid'}, ${what}` }));
  });
}

// Patterns cannot all be used (`web-????` is there for the ten-thousandth instance), values can.
function exactValues({ Condition = {} }: StatementJson): { key: string; value: string }[] {
  return Object.entries(Condition)
    .filter(([operator]) => operator.endsWith('StringEquals'))
    .flatMap(([, keys]) => Object.entries(keys))
    .flatMap(([key, values]) => listOf(values).map((value) => ({ key, value })));
}

function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [describeFinding(finding), finding])).values()];
}
