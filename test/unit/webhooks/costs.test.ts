import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonLogger } from '../../../functions/shared/runtime';
import type { ObjectStore } from '../../../functions/webhooks/ports/objects';
import { fileName, prefixes } from '../../../functions/webhooks/stager/keys';
import { createEngine, lambdaTasks } from '../../../infra/lab/engine';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { loadBatchMachine, loadFunctions } from '../../../infra/lab/systems/webhooks/loader';
import { functionOfPlaceholder } from '../../../infra/constructs/placeholders';
import { webhookFunctions, type WebhookFunction } from '../../../infra/systems/webhooks/functions';
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
  /** Of each call of a step, of start-loads and of the stager: some calls of AWS, one after the other. */
  callSeconds: 0.3,
  /** Of each such call: its own lines and Lambda's. */
  callLogBytes: 1_500,
  /** While there is nothing, Lambda's five pollers each wait 20 s for messages (Lambda developer guide, "Amazon SQS"). */
  emptyReceivesMinute: 5 * 3,
};
const minutes = 30 * 24 * 60;
const machine = loadBatchMachine();
const routes = routesOf(exampleSection.routes);

interface Use {
  /** States entered, and each try of a Task after its first (see `transitionsOf`). */
  transitions: number;
  /** Requests to S3 that write or list. */
  writes: number;
  readonly calls: Map<WebhookFunction, number>;
}

/**
 * What an execution that loads one batch uses. The machine as it is deployed, its functions, and a warehouse of which each
 * statement takes as long: the look at the columns, the load, the ledger. Of many executions the mean, since some waits are
 * drawn.
 */
async function useOfLoad(statementSeconds: number): Promise<Use> {
  const executions = 40;
  const sum: Use = { transitions: 0, writes: 0, calls: new Map() };
  for (let seed = 0; seed < executions; seed += 1) {
    const clock = new VirtualClock({ startAt: new Date('2026-11-28T12:00:00.000Z') });
    const engine = createEngine({ clock, seed: String(seed) });
    engine.on('history', ({ event }) => (sum.transitions += transitionsOf(event) / executions));
    const { store, objects } = memoryStore();
    const about = { earliestMs: clock.millis(), rows: 1, replayed: false, source: 'stripe', hash: '0'.repeat(32) };
    await store.put(`${prefixes.pending('payments')}${fileName(about)}`, new Uint8Array());
    const counted: ObjectStore = {
      ...store,
      put: async (...given) => ((sum.writes += 1 / executions), store.put(...given)),
      list: async (...given) => ((sum.writes += 1 / executions), store.list(...given)),
    };
    const warehouse = slowWarehouse(clock, 1_000 * statementSeconds);
    const [log, metrics] = [jsonLogger(() => undefined), { count: () => undefined, duration: () => undefined }];
    const functions = loadFunctions({ store: counted, warehouse, routes, bucket: 'bucket', clock, log, metrics });
    const tasks = Object.entries(functions).map(([name, run]) => {
      const of = functionOfPlaceholder(name) as WebhookFunction;
      const call = async (event: unknown) => (sum.calls.set(of, (sum.calls.get(of) ?? 0) + 1 / executions), run(event));
      return [name, call] as const;
    });
    const stateMachineArn = engine.createStateMachine(machine, {
      name: 'load-batch',
      tasks: lambdaTasks(Object.fromEntries(tasks)),
    });
    const { executionArn } = engine.startExecution({ stateMachineArn, input: '{"table":"payments"}' });
    await clock.runUntil(() => engine.describeExecution({ executionArn }).status !== 'RUNNING');
    expect(engine.describeExecution({ executionArn }).status).toBe('SUCCEEDED');
    expect([...objects.keys()].map((key) => key.split('/')[0])).toEqual(['archive']);
  }
  return sum;
}

/** Calls of functions, each as long as it is taken to be, with the memory that the template gives it, and their logs. */
function costOfCalls(calls: ReadonlyMap<WebhookFunction, number>): { readonly lambda: number; readonly logs: number } {
  const cost = { lambda: 0, logs: 0 };
  for (const [name, count] of calls) {
    const gbSeconds = assumed.callSeconds * (webhookFunctions[name].memoryMb / 1024);
    cost.lambda += count * (prices.lambdaRequest + gbSeconds * prices.lambdaGbSecond);
    cost.logs += ((count * assumed.callLogBytes) / 2 ** 30) * prices.logsGb;
  }
  return cost;
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
  const [quick, load, slow] = [await useOfLoad(1), await useOfLoad(assumed.statementSeconds), await useOfLoad(3)];
  // None of them is free of polls.
  expect(quick.transitions).toBeGreaterThan(12);
  expect(slow.transitions).toBeGreaterThan(quick.transitions);
  // With the stager's call that has written the file: it and the bucket's write of it are of the load's minute.
  const called = costOfCalls(new Map([...load.calls, ['stage-events', 1]]));
  const states = load.transitions * prices.stateTransition;
  const bucket = (load.writes + 1) * more.s3Write;
  const perLoad = states + called.lambda + called.logs + bucket;
  const calls = [...load.calls.values()].reduce((sum, one) => sum + one, 0);
  const { perRoute, always } = alarms();
  // Of a route in use: Accepted, Staged; OldestUnloaded; of its table Loaded, Duplicates, OldestUnloaded.
  const metrics = 6 * more.metric;
  // Two listings a minute.
  const looks = minutes * 2 * more.s3Write;
  const starter = costOfCalls(new Map([['start-loads', minutes]]));
  const receives = minutes * assumed.emptyReceivesMinute * more.sqsRequest;
  const idle = always * more.alarm + starter.lambda + starter.logs + receives;
  const usd = (value: number) => `$${value.toFixed(2)}`;
  const text =
    `**Costs** (us-east-1, list prices, without Redshift): a million events of 2 KB ${usd(api + lambda + queue + logs)} (API ${usd(api)}, ` +
    `Lambda ${usd(lambda)}, SQS ${usd(queue)}, logs ${usd(logs)}). A load whose statements take ${assumed.statementSeconds} s ` +
    `each costs $${perLoad.toFixed(5)}: ${load.transitions.toFixed(0)} state transitions (${quick.transitions.toFixed(0)} at 1 s, ` +
    `${slow.transitions.toFixed(0)} at 3 s, polls included) $${states.toFixed(5)}, ${calls.toFixed(0)} calls of its functions and one of the stager ` +
    `$${called.lambda.toFixed(5)}, S3 $${bucket.toFixed(5)}, logs $${called.logs.toFixed(5)}; one each minute, ${usd(perLoad * minutes)} a month for a table. ` +
    `Without any event: ${usd(idle)} a month (${always} alarms ${usd(always * more.alarm)}, start-loads each minute ${usd(starter.lambda + starter.logs)}, ` +
    `looks into the queue ${usd(receives)}), and for each route with its table ${usd(perRoute * more.alarm + metrics + looks)} ` +
    `(${perRoute} alarms, six metrics, looks into the bucket).`;
  expect(readFileSync(join(root, 'README.md'), 'utf8').replace(/\s+/g, ' ')).toContain(text);
});
