import { LoadError } from '../../contracts/errors';
import { submitInput, type SubmitOutput } from '../../contracts/load';
import type { Route } from '../../contracts/routes';
import { fitProblems } from '../../domain/sql/fit';
import { earliestOf, manifestKey, readPlan, type Batch } from '../../batches/manifest';
import type { ObjectStore } from '../../ports/objects';
import type { Warehouse } from '../../ports/warehouse';
import { sha256 } from '../../stager/keys';
import { lookToken } from '../look';
import { makeLoadStep, type LoadStepDeps } from '../step';

interface Deps extends LoadStepDeps {
  readonly store: ObjectStore;
  readonly warehouse: Warehouse;
  readonly routes: () => Promise<readonly Route[]>;
}

/** Ensures that the warehouse has been asked for this attempt at the batch, once: the token names the attempt. */
export const makeHandler = (deps: Deps) =>
  makeLoadStep('submit-load', deps, submitInput, async ({ table, batch: id, attempt, run }): Promise<SubmitOutput> => {
    const batch = await readPlan(deps.store, table, id);
    if ('missing' in batch) {
      // An unreadable plan would be chosen again and again. Its files are still pending, and are planned again.
      if (batch.missing === 'unreadable') await deps.store.remove(manifestKey({ table, id }));
      return { action: 'stale', reason: batch.reason };
    }
    const missing = await firstMissing(deps.store, batch);
    if (missing !== undefined) {
      // Another load has loaded it, in a batch of its own. What is left of this one is planned again.
      await deps.store.remove(manifestKey(batch));
      return { action: 'stale', reason: `${id}: ${missing} is no longer pending` };
    }
    const route = (await deps.routes()).find((one) => one.table === table);
    if (route === undefined) throw new LoadError('TableUnknown', `no route writes to ${table}`);
    const look = lookToken('c', { batch: id, run }, deps.clock);
    const answer = await deps.warehouse.columns(table, look);
    if (answer.answer === 'pending')
      throw new LoadError('WarehouseBusy', `${id}: the columns of ${table} are being read`);
    // COPY would make numbers of booleans, and put aside, row by row, what it cannot make anything of.
    const problems = fitProblems(table, route.columns, answer.columns);
    if (problems.length > 0)
      throw new LoadError(
        'TableUnfit',
        `${table} does not fit its route, so nothing was loaded; accepted events wait, and are loaded when table and route fit: ${problems.join('. ')}`,
      );
    const order = {
      batch: id,
      table,
      columns: Object.keys(route.columns),
      manifest: manifestKey(batch),
      earliestMs: earliestOf(batch),
    };
    // Asked with the same token for other columns, the Data API would refuse for 8 hours.
    const token = `${id}-${sha256([run.execution, ...order.columns].join(' ')).slice(0, 12)}-${attempt}`;
    const { statement } = await deps.warehouse.submit(order, token);
    const reason = `${id}: attempt ${attempt} is statement ${statement}`;
    return { action: 'submitted', statement, submittedAfter: run.redrives, reason };
  });

async function firstMissing(store: ObjectStore, { files }: Batch): Promise<string | undefined> {
  for (const file of files) {
    const [found] = await store.list(file, { limit: 1 });
    if (found?.key !== file) return file;
  }
  return undefined;
}
