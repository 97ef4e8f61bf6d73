import { messageOf } from '../../../shared/aws-errors';
import type { Clock, Logger } from '../../../shared/runtime';
import { planIdIn } from '../../batches/manifest';
import { RoutesInvalid } from '../../contracts/errors';
import type { WebhookMetrics } from '../../contracts/metrics';
import { decideStart } from '../../domain/plan';
import type { LoadExecutions } from '../../ports/executions';
import { objectsUnder, type ObjectStore } from '../../ports/objects';
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
  const { routes, faults } = await deps.routes.read();
  const tables = [...new Set(routes.map(({ table }) => table))];
  const started: string[] = [];
  const failed: unknown[] = [];
  const look = async (table: string) => {
    const sources = routes.filter((route) => route.table === table).map(({ name }) => name);
    const pending = await oldestOf(store, table, sources);
    for (const Route of sources) {
      const since = pending.oldest.get(Route);
      metrics.duration('OldestUnloaded', since === undefined ? 0 : now - since, { Table: table, Route });
    }
    const waiting = pending.any || (await hasPlan(store, table));
    const latest = waiting ? await executions.latest(table) : undefined;
    const decision = decideStart(waiting, latest, now);
    log.info(decision.reason, { table, action: decision.action });
    if (decision.action === 'wait') return;
    await executions.start(table, `${table}-${timeKey(now)}`);
    started.push(table);
  };
  for (const table of tables)
    await look(table).catch((error: unknown) => {
      // One table's trouble is not the others'; the run has failed all the same.
      log.error('no load was started', { table, error: messageOf(error) });
      failed.push(error);
    });
  if (failed.length > 0) throw failed[0];
  // The other routes' tables have been seen to; that one is broken must reach a person, by the alarm of this function.
  if (faults.length > 0)
    throw new RoutesInvalid(
      `routes that cannot be used:\n${faults.map(({ name, why }) => `${name}: ${why}`).join('\n')}`,
    );
  return { started };
};

async function hasPlan(store: ObjectStore, table: string): Promise<boolean> {
  for await (const { key } of objectsUnder(store, prefixes.plans(table))) if (planIdIn(key) !== undefined) return true;
  return false;
}

/** Since when each route's oldest event waits: files are listed by time, so the first one of a route is its oldest. */
async function oldestOf(store: ObjectStore, table: string, sources: readonly string[]) {
  const oldest = new Map<string, number>();
  let any = false;
  for await (const { key } of objectsUnder(store, prefixes.pending(table))) {
    const name = readFileName(key);
    if (name === undefined) continue;
    any = true;
    // A file that does not say whose events it holds may hold those of each route.
    const of = name.source === undefined ? sources : [name.source];
    for (const source of of) if (!oldest.has(source)) oldest.set(source, name.earliestMs);
    if (sources.every((source) => oldest.has(source))) break;
  }
  return { oldest, any };
}
