import { archiveInput } from '../../contracts/load';
import { manifestKey, readPlan } from '../../batches/manifest';
import type { ObjectStore } from '../../ports/objects';
import { prefixes, readFileName } from '../../stager/keys';
import { makeLoadStep, type LoadStepDeps } from '../step';

interface Deps extends LoadStepDeps {
  readonly store: ObjectStore;
}

/**
 * Ensures that the files of a loaded batch are in the archive and no longer pending. The plan goes before the files: a
 * plan whose files are half gone could never be loaded, files without a plan are planned again and found to be known.
 */
export const makeHandler = (deps: Deps) =>
  makeLoadStep('archive-batch', deps, archiveInput, async ({ table, batch: id }) => {
    const batch = await readPlan(deps.store, table, id);
    if ('missing' in batch) return { action: 'passed', reason: batch.reason };
    for (const file of batch.files) {
      // What a replay has brought back is in the archive already.
      const bytes = readFileName(file)?.replayed === true ? undefined : await deps.store.get(file);
      if (bytes !== undefined)
        await deps.store.put(file.replace(prefixes.pending(table), prefixes.archive(table)), bytes);
    }
    await deps.store.remove(manifestKey(batch));
    for (const file of batch.files) await deps.store.remove(file);
    return { action: 'archived', reason: `${id}: ${batch.files.length} files` };
  });
