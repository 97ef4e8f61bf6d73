import { planInput, type PlanOutput } from '../../contracts/load';
import { batchOf, planIdIn, writePlan } from '../../batches/manifest';
import { chooseFiles, largestBatch, type PendingFile } from '../../domain/plan';
import { objectsUnder, type ObjectStore } from '../../ports/objects';
import { prefixes, readFileName } from '../../stager/keys';
import { makeLoadStep, type LoadStepDeps } from '../step';

interface Deps extends LoadStepDeps {
  readonly store: ObjectStore;
  readonly bucket: string;
}

/** Ensures that it is written down what is loaded next: a plan that is there already, or one of the oldest files. */
export const makeHandler = (deps: Deps) =>
  makeLoadStep('plan-batch', deps, planInput, async ({ table }): Promise<PlanOutput> => {
    for await (const { key } of objectsUnder(deps.store, prefixes.plans(table))) {
      const id = planIdIn(key);
      if (id !== undefined) return { action: 'planned', batch: id, reason: `${table}: a plan of before is open` };
    }
    const chosen = chooseFiles(await oldestFiles(deps.store, table));
    if (chosen.length === 0) return { action: 'idle', reason: `${table}: nothing to load` };
    const batch = batchOf(
      table,
      chosen.map(({ key }) => key),
    );
    await writePlan(deps.store, deps.bucket, batch);
    const rows = chosen.reduce((sum, file) => sum + file.rows, 0);
    return { action: 'planned', batch: batch.id, reason: `${table}: ${chosen.length} files, ${rows} rows` };
  });

/** As many of the oldest files as a batch may have; what else lies there is passed over. */
async function oldestFiles(store: ObjectStore, table: string): Promise<PendingFile[]> {
  const files: PendingFile[] = [];
  for await (const { key, bytes } of objectsUnder(store, prefixes.pending(table))) {
    const name = readFileName(key);
    if (name !== undefined) files.push({ key, bytes, rows: name.rows });
    if (files.length >= largestBatch.files) break;
  }
  return files;
}
