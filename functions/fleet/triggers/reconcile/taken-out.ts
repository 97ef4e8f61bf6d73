import type { Clock, Logger } from '../../../shared/runtime';
import type { FleetMetrics } from '../../contracts/metrics';
import { decideTakenOut } from '../../domain/reconcile/taken-out';
import { readHoldings, saveHoldings } from '../../ledger/holdings';
import type { GroupRecords } from '../../ledger/port';
import type { Observations } from '../../ledger/records';

export interface TakenOutDeps {
  clock: Clock;
  log: Logger;
  metrics: FleetMetrics;
  ledger: Observations;
  /** Which deployment it is. @see domain/identity */
  deployment: string;
}

/**
 * Reports the groups that were removed from the configuration while their instances hold numbers and names: their
 * settings are gone and their part of the ledger cannot be read, so no other part of Muster sees them.
 *
 * @param names of the managed groups.
 * @param records of those of them that could be read.
 */
export async function reportRemovedGroups(
  { clock, log, metrics, ledger, deployment }: TakenOutDeps,
  names: readonly string[],
  records: ReadonlyMap<string, GroupRecords>,
): Promise<void> {
  const seen = new Map([...records].map(([group, { members }]) => [group, members.length]));
  const kept = await readHoldings(ledger);
  const { holdings, takenOut } = decideTakenOut(kept.holdings, names, seen);
  await saveHoldings(ledger, kept, holdings, clock.now());
  if (takenOut.length === 0) return;
  for (const { group, members } of takenOut) {
    log.error(`${group} is no longer in the configuration, and ${members} of its instances hold numbers`, { group });
  }
  const members = takenOut.reduce((sum, one) => sum + one.members, 0);
  metrics.count('MembersTakenOut', members, { Deployment: deployment });
}
