import { forEachLimited } from '../../shared/lists';
import type { HistoryEntry, Ledger } from '../ledger/port';
import type { SettingsStore } from '../ports/aws';
import { OperationRefused } from './operation-refused';

export interface HistoryDeps {
  ledger: Pick<Ledger, 'history'>;
  settings: Pick<SettingsStore, 'list'>;
}

/** So many entries are returned at most. */
export const mostEntries = 1000;

/**
 * Who had a name, or the names of a group, and when; newest first. Entries are kept for as long as the table keeps them.
 *
 * @param what a group, a name that is or was held (`web-03`), or an instance id.
 * @throws OperationRefused where nothing of the kind is on record, and for a limit that is none.
 */
export async function history(deps: HistoryDeps, what: string, limit: number): Promise<HistoryEntry[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > mostEntries)
    throw new OperationRefused(`a limit is a whole number from 1 to ${mostEntries}, got ${limit}`);
  const groups = await deps.settings.list();
  if (groups.includes(what)) return newest(await deps.ledger.history(what, { limit }), limit);
  const all = await forEachLimited(groups, 5, (group) => deps.ledger.history(group, { limit: mostEntries }));
  const found = all
    .flat()
    .filter(({ name, instanceId, group }) => [name, instanceId, `${group}/${name}`].includes(what));
  if (found.length > 0) return newest(found, limit);
  throw new OperationRefused(`'${what}' is not a group, and no instance of that name or id is on record`);
}

function newest(entries: readonly HistoryEntry[], limit: number): HistoryEntry[] {
  return [...entries].sort((left, right) => right.at.localeCompare(left.at)).slice(0, limit);
}
