import type { Clock } from '../../../shared/clock';
import type { Logger } from '../../../shared/log';
import type { WebhookMetrics } from '../../contracts/metrics';
import { decideStart } from '../../domain/plan';
import type { LoadExecutions } from '../../ports/executions';
import type { ObjectStore } from '../../ports/objects';
import type { RouteSource } from '../../ports/routes';
import { prefixes, readFileName, timeKey } from '../../stager/keys';

interface Deps {
  readonly routes: RouteSource;
  readonly store: ObjectStore;
  readonly executions: LoadExecutions;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: WebhookMetrics;
}

/**
 * Once a minute: starts the load of each table that has something to load and no load under way. Two loads of a table
 * at once would do no harm (the lock in the warehouse sees to it), and no good.
 */
export const makeHandler = (deps: Deps) => async () => {
  const { store, executions, clock, log, metrics } = deps;
  const now = clock.now().getTime();
  const tables = [...new Set((await deps.routes.read()).map(({ table }) => table))];
  const started: string[] = [];
  for (const table of tables) {
    const [oldest] = await store.list(prefixes.pending(table), { limit: 1 });
    const since = oldest === undefined ? undefined : readFileName(oldest.key)?.earliestMs;
    metrics.duration('OldestUnloaded', since === undefined ? 0 : now - since, { Table: table });
    const waiting = oldest !== undefined || (await store.list(prefixes.plans(table), { limit: 1 })).length > 0;
    const latest = waiting ? await executions.latest(table) : undefined;
    const decision = decideStart(waiting, latest, now);
    log.info(decision.reason, { table, action: decision.action });
    if (decision.action === 'wait') continue;
    await executions.start(table, `${table}-${timeKey(now)}`);
    started.push(table);
  }
  return { started };
};
