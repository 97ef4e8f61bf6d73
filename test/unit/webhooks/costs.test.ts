import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonLogger } from '../../../functions/shared/runtime';
import { fileName, prefixes } from '../../../functions/webhooks/stager/keys';
import { createEngine, lambdaTasks } from '../../../infra/lab/engine';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { loadBatchMachine, loadFunctions } from '../../../infra/lab/systems/webhooks/loader';
import { webhookFunctions } from '../../../infra/systems/webhooks/functions';
import { transitionsOf } from '../../bench/cost/meter';
import { prices } from '../../bench/cost/prices';
import { routesOf } from '../../support/webhooks/ingress';
import { memoryStore } from '../../support/webhooks/memory-store';
import { slowWarehouse } from '../../support/webhooks/slow-warehouse';
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
  /** Of each statement in the warehouse, as a small load on one that does not pause. */
  statementSeconds: 2,
};
const minutes = 30 * 24 * 60;
const machine = loadBatchMachine();
const routes = routesOf(exampleSection.routes);

/**
 * What an execution that loads one batch pays for: states entered, and each try of a Task after its first (see
 * `transitionsOf`). The machine as it is deployed, its functions, and a warehouse of which each statement takes as long:
 * the look at the columns, the load, the ledger. Of many executions the mean, since some waits are drawn.
 */
async function transitions(statementSeconds: number): Promise<number> {
  const executions = 40;
  let paid = 0;
  for (let seed = 0; seed < executions; seed += 1) {
    const clock = new VirtualClock({ startAt: new Date('2026-11-28T12:00:00.000Z') });
    const engine = createEngine({ clock, seed: String(seed) });
    engine.on('history', ({ event }) => (paid += transitionsOf(event)));
    const { store, objects } = memoryStore();
    const about = { earliestMs: clock.millis(), rows: 1, replayed: false, source: 'stripe', hash: '0'.repeat(32) };
    await store.put(`${prefixes.pending('payments')}${fileName(about)}`, new Uint8Array());
    const warehouse = slowWarehouse(clock, 1_000 * statementSeconds);
    const [log, metrics] = [jsonLogger(() => undefined), { count: () => undefined, duration: () => undefined }];
    const tasks = lambdaTasks(loadFunctions({ store, warehouse, routes, bucket: 'bucket', clock, log, metrics }));
    const stateMachineArn = engine.createStateMachine(machine, { name: 'load-batch', tasks });
    const { executionArn } = engine.startExecution({ stateMachineArn, input: '{"table":"payments"}' });
    await clock.runUntil(() => engine.describeExecution({ executionArn }).status !== 'RUNNING');
    expect(engine.describeExecution({ executionArn }).status).toBe('SUCCEEDED');
    expect([...objects.keys()].map((key) => key.split('/')[0])).toEqual(['archive']);
  }
  return paid / executions;
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

test('the costs in README are those of the template', async () => {
  const gb = webhookFunctions.ingress.memoryMb / 1024;
  const lambda = 1e6 * (prices.lambdaRequest + assumed.ingressSeconds * gb * prices.lambdaGbSecond);
  const api = 1e6 * more.httpApiRequest;
  const queue = 1e6 * assumed.requestsPerMessage * more.sqsRequest;
  const logs = ((1e6 * assumed.logBytes) / 2 ** 30) * prices.logsGb;
  const [quick, count, slow] = [
    await transitions(1),
    await transitions(assumed.statementSeconds),
    await transitions(3),
  ];
  // None of them is free of polls.
  expect(quick).toBeGreaterThan(12);
  expect(slow).toBeGreaterThan(quick);
  const load = count * prices.stateTransition;
  const { perRoute, always } = alarms();
  // Of a route in use: Accepted, Staged; OldestUnloaded; of its table Loaded, Duplicates, OldestUnloaded.
  const metrics = 6 * more.metric;
  // Two listings a minute.
  const looks = minutes * 2 * more.s3Write;
  const usd = (value: number) => `$${value.toFixed(2)}`;
  const text =
    `**Costs** (us-east-1, list prices, without Redshift): a million events of 2 KB ${usd(api + lambda + queue + logs)} (API ${usd(api)}, ` +
    `Lambda ${usd(lambda)}, SQS ${usd(queue)}, logs ${usd(logs)}). A load whose statements take ${assumed.statementSeconds} s ` +
    `each pays for ${count.toFixed(0)} state transitions (${quick.toFixed(0)} at 1 s, ${slow.toFixed(0)} at 3 s, polls included), ` +
    `$${load.toFixed(5)}; one each minute, ${usd(load * minutes)} a month for a table. Without any event: ${usd(always * more.alarm)} a month for ${always} alarms, and for each ` +
    `route with its table ${usd(perRoute * more.alarm + metrics + looks)} (${perRoute} alarms, six metrics, looks into the bucket).`;
  expect(readFileSync(join(root, 'README.md'), 'utf8').replace(/\s+/g, ' ')).toContain(text);
});
