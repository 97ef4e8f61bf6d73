import { planInput, type PlanOutput } from '../../contracts/load';
import { batchOf, writePlan } from '../../batches/manifest';
import { chooseFiles } from '../../domain/plan';
import type { ObjectStore } from '../../ports/objects';
import { prefixes, readFileName } from '../../stager/keys';
import { makeLoadStep, type LoadStepDeps } from '../step';

interface Deps extends LoadStepDeps {
  readonly store: ObjectStore;
  readonly bucket: string;
}

/** Ensures that it is written down what is loaded next: a plan that is there already, or one of the oldest files. */
export const makeHandler = (deps: Deps) =>
  makeLoadStep('plan-batch', deps, planInput, async ({ table }): Promise<PlanOutput> => {
    const [open] = await deps.store.list(prefixes.plans(table), { limit: 1 });
    const [, id] = /\/([0-9a-f]{32})\.json$/.exec(open?.key ?? '') ?? [];
    if (id !== undefined) return { action: 'planned', batch: id, reason: `${table}: a plan of before is open` };
    const listed = await deps.store.list(prefixes.pending(table), { limit: 1000 });
    const files = listed.flatMap(({ key, bytes }) => {
      const name = readFileName(key);
      return name === undefined ? [] : [{ key, bytes, rows: name.rows }];
    });
    const chosen = chooseFiles(files);
    if (chosen.length === 0) return { action: 'idle', reason: `${table}: nothing to load` };
    const batch = batchOf(
      table,
      chosen.map(({ key }) => key),
    );
    await writePlan(deps.store, deps.bucket, batch);
    const rows = chosen.reduce((sum, file) => sum + file.rows, 0);
    return { action: 'planned', batch: batch.id, reason: `${table}: ${chosen.length} files, ${rows} rows` };
  });
