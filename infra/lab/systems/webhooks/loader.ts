import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Logger } from '../../../../functions/shared/runtime';
import type { WebhookMetrics } from '../../../../functions/webhooks/contracts/metrics';
import type { Route } from '../../../../functions/webhooks/contracts/routes';
import type { ObjectStore } from '../../../../functions/webhooks/ports/objects';
import type { Warehouse } from '../../../../functions/webhooks/ports/warehouse';
import { makeHandler as archiveBatch } from '../../../../functions/webhooks/steps/archive-batch/handler';
import { makeHandler as confirmLoad } from '../../../../functions/webhooks/steps/confirm-load/handler';
import { makeHandler as followLoad } from '../../../../functions/webhooks/steps/follow-load/handler';
import { makeHandler as planBatch } from '../../../../functions/webhooks/steps/plan-batch/handler';
import { makeHandler as splitBatch } from '../../../../functions/webhooks/steps/split-batch/handler';
import { makeHandler as submitLoad } from '../../../../functions/webhooks/steps/submit-load/handler';
import { VirtualClock } from '../../kernel/clock';
import { createEngine, lambdaTasks, loadStateMachine } from '../../engine';
import { paced } from '../../kernel/wall-clock';

const file = join(__dirname, '../../../../statemachines/webhooks/load-batch.asl.json');

/** The machine as it is deployed, byte for byte. */
export function loadBatchMachine() {
  const names = ['PlanBatch', 'SubmitLoad', 'FollowLoad', 'ConfirmLoad', 'SplitBatch', 'ArchiveBatch'];
  return loadStateMachine(readFileSync(file, 'utf8'), {
    strict: true,
    substitutions: {
      LambdaInvoke: 'arn:aws:states:::lambda:invoke',
      ...Object.fromEntries(names.map((name) => [name, name])),
    },
  });
}

export interface LoaderDeps {
  readonly store: ObjectStore;
  readonly warehouse: Warehouse;
  readonly routes: readonly Route[];
  readonly bucket: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: WebhookMetrics;
}

/** The functions of `load-batch`, by the names that the machine calls them. */
export function loadFunctions(given: LoaderDeps): Record<string, (event: unknown) => Promise<unknown>> {
  const deps = { ...given, routes: async () => given.routes };
  return {
    PlanBatch: planBatch(deps),
    SubmitLoad: submitLoad(deps),
    FollowLoad: followLoad(deps),
    ConfirmLoad: confirmLoad(deps),
    SplitBatch: splitBatch(deps),
    ArchiveBatch: archiveBatch(deps),
  };
}

export interface LoadEnd {
  readonly status: string;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/**
 * Runs `load-batch` for a table to its end, its waits `speed` times as quick as on AWS; or until it is stopped, as by a
 * kill of its process: its status is `RUNNING` then, and the next load continues with the same plan.
 */
export async function runLoad(
  deps: LoaderDeps,
  table: string,
  { speed = 20, isStopped }: { readonly speed?: number; readonly isStopped?: () => boolean } = {},
): Promise<LoadEnd> {
  const pace = { startAt: deps.clock.now(), speed, ...(isStopped !== undefined && { isStopped }) };
  return runLoadMachine(loadFunctions(deps), { table, ...pace });
}

/** The same with functions that are there already, as the bundles have them. */
export async function runLoadMachine(
  functions: Readonly<Record<string, (event: unknown) => Promise<unknown>>>,
  {
    table,
    startAt,
    speed,
    isStopped = () => false,
  }: { readonly table: string; readonly startAt: Date; readonly speed: number; readonly isStopped?: () => boolean },
): Promise<LoadEnd> {
  const clock = new VirtualClock({ startAt, pace: paced(speed) });
  const engine = createEngine({ clock, seed: `${table} ${startAt.getTime()}` });
  const waitedFor = Object.entries(functions).map(
    ([name, run]) => [name, (event: unknown) => clock.io(() => run(event))] as const,
  );
  const tasks = lambdaTasks(Object.fromEntries(waitedFor));
  const stateMachineArn = engine.createStateMachine(loadBatchMachine(), { name: 'load-batch', tasks });
  const { executionArn } = engine.startExecution({ stateMachineArn, input: JSON.stringify({ table }) });
  await clock.runUntil(() => engine.describeExecution({ executionArn }).status !== 'RUNNING' || isStopped());
  const { status = 'FAILED', error, cause } = engine.describeExecution({ executionArn });
  return { status, error, cause };
}
