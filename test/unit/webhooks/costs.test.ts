import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { webhookFunctions } from '../../../infra/systems/webhooks/functions';
import { prices } from '../../bench/cost/prices';
import { DeployedTemplate, exampleSection, root } from '../../support/webhooks/stack';

// What README says that the webhooks cost, from the template, the state machine, and the prices of us-east-1 in autumn
// 2026. Sources beside those of prices.ts: https://aws.amazon.com/api-gateway/pricing/, https://aws.amazon.com/sqs/pricing/,
// https://aws.amazon.com/s3/pricing/.
const more = {
  httpApiRequest: 1 / 1e6,
  sqsRequest: 0.4 / 1e6,
  s3Write: 0.005 / 1_000,
  alarm: 0.1,
  metric: 0.3,
} as const;

/** What an event is taken to use, where no template says it. */
const assumed = {
  ingressSeconds: 0.03,
  /** The metrics' line, Lambda's own lines of a call, the line of the API. */
  logBytes: 1_000,
  /** Lambda takes up to ten messages a request, and deletes as many. */
  requestsPerMessage: 1 + 2 / 10,
  /** Once the load runs, and once the ledger is being read. */
  polls: 2,
};
const minutes = 30 * 24 * 60;

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
}

/** States entered by an execution that loads one batch. */
function transitions(): number {
  const { StartAt, States } = JSON.parse(
    readFileSync(join(root, 'statemachines/webhooks/load-batch.asl.json'), 'utf8'),
  ) as { StartAt: string; States: Record<string, State> };
  const entered: string[] = [];
  for (let name: string | undefined = StartAt; name !== undefined;) {
    entered.push(name);
    const state: State | undefined = States[name];
    const first: string | undefined = state?.Choices?.[0]?.Next;
    const seen = entered.filter((one) => one === name).length;
    // Of the choices: there is something the first time and nothing the second; it is not stale; it is loaded.
    if (name === 'Anything to load') name = seen === 1 ? state?.Default : first;
    else if (name === 'What became of it') name = first;
    else name = state?.Next ?? state?.Default;
  }
  expect(entered.at(-1)).toBe('Nothing left');
  expect(entered).toContain('Archive batch');
  return entered.length;
}

/** Alarms that are of a route or its table, and those that every deployment has. */
function alarms(): { readonly perRoute: number; readonly always: number } {
  const names = new DeployedTemplate(exampleSection)
    .all('AWS::CloudWatch::Alarm')
    .map(([, { Properties }]) => String(Properties.AlarmName));
  const of = (pattern: RegExp) => names.filter((name) => pattern.test(name)).length;
  expect(of(/: (stripe|payments)$/)).toBe(of(/: (github|code)$/));
  return { perRoute: of(/: (stripe|payments)$/), always: names.length - of(/: (stripe|payments|github|code)$/) };
}

test('the costs in README are those of the template', () => {
  const gb = webhookFunctions.ingress.memoryMb / 1024;
  const lambda = 1e6 * (prices.lambdaRequest + assumed.ingressSeconds * gb * prices.lambdaGbSecond);
  const api = 1e6 * more.httpApiRequest;
  const queue = 1e6 * assumed.requestsPerMessage * more.sqsRequest;
  const logs = ((1e6 * assumed.logBytes) / 2 ** 30) * prices.logsGb;
  const count = transitions() + assumed.polls;
  const load = count * prices.stateTransition;
  const { perRoute, always } = alarms();
  // Of a route in use: Accepted, Staged; OldestUnloaded; of its table Loaded, Duplicates, OldestUnloaded.
  const metrics = 6 * more.metric;
  // Two listings a minute.
  const looks = minutes * 2 * more.s3Write;
  const usd = (value: number) => `$${value.toFixed(2)}`;
  const text =
    `**Costs** (us-east-1, list prices, without Redshift): a million events of 2 KB ${usd(api + lambda + queue + logs)} (API ${usd(api)}, ` +
    `Lambda ${usd(lambda)}, SQS ${usd(queue)}, logs ${usd(logs)}). A load enters ${count} states, $${load.toFixed(5)}; one each minute, ` +
    `${usd(load * minutes)} a month for a table. Without any event: ${usd(always * more.alarm)} a month for ${always} alarms, and for each ` +
    `route with its table ${usd(perRoute * more.alarm + metrics + looks)} (${perRoute} alarms, six metrics, looks into the bucket).`;
  expect(readFileSync(join(root, 'README.md'), 'utf8').replace(/\s+/g, ' ')).toContain(text);
});
