import { splitInput } from '../../contracts/load';
import type { WebhookMetrics } from '../../contracts/metrics';
import { readPlan } from '../../batches/manifest';
import { split } from '../../batches/split';
import type { ObjectStore } from '../../ports/objects';
import { makeLoadStep, type LoadStepDeps } from '../step';

interface Deps extends LoadStepDeps {
  readonly store: ObjectStore;
  readonly bucket: string;
  readonly metrics: WebhookMetrics;
}

/** Ensures that a batch that the warehouse refuses is in two batches, or, where it is one row, in quarantine. */
export const makeHandler = (deps: Deps) =>
  makeLoadStep('split-batch', deps, splitInput, async ({ table, batch: id, reason: why }) => {
    const batch = await readPlan(deps.store, table, id);
    if ('missing' in batch) return { action: 'stale', reason: batch.reason };
    const done = await split(deps.store, deps.bucket, batch, why);
    if (done.action === 'quarantined') {
      deps.metrics.count('Quarantined', done.count, { Route: done.source, Reason: 'warehouse-refused' });
    }
    return done;
  });
