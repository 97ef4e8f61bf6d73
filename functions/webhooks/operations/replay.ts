import { objectsUnder, type ObjectStore } from '../ports/objects';
import { fileName, longestSpanMs, prefixes, readFileName, sha256, timeKey } from '../stager/keys';

/**
 * Brings files of the archive back to be loaded: all that may hold events received from `fromMs` up to `toMs`. What is
 * in the table already stays as it is, so a range may be replayed at any time, and again.
 *
 * Under another name, because a batch that the ledger has is not loaded again, and here it is meant to be.
 *
 * @returns how many files.
 */
export async function replayArchive(
  store: ObjectStore,
  {
    table,
    fromMs,
    toMs,
    nonce,
  }: { readonly table: string; readonly fromMs: number; readonly toMs: number; readonly nonce: string },
): Promise<number> {
  const folder = prefixes.archive(table);
  const after = `${folder}${timeKey(fromMs - longestSpanMs)}`;
  let replayed = 0;
  for await (const { key } of objectsUnder(store, folder, { after })) {
    const name = readFileName(key);
    if (name === undefined) continue;
    // In the order of their times: those that follow are later still.
    if (name.earliestMs >= toMs) break;
    const bytes = await store.get(key);
    if (bytes === undefined) continue;
    const renamed = fileName({ ...name, hash: sha256(`${nonce} ${key}`).slice(0, 32), replayed: true });
    await store.put(`${prefixes.pending(table)}${renamed}`, bytes);
    replayed += 1;
  }
  return replayed;
}
