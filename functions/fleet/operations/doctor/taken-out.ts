import { decideTakenOut } from '../../domain/reconcile/taken-out';
import { readHoldings } from '../../ledger/holdings';
import { problem, type Finding } from './finding';
import type { DoctorDeps } from './check-inputs';

/** Finds groups that are no longer in the configuration, while their instances hold numbers and names. */
export async function checkTakenOut({ ledger }: DoctorDeps, managed: readonly string[]): Promise<Finding[]> {
  const { holdings } = await readHoldings(ledger);
  const { takenOut } = decideTakenOut(holdings, managed, new Map());
  return takenOut.map(({ group, members }) => ({
    group,
    ...problem(
      'group-taken-out',
      `it is no longer in the configuration, and ${members} of its instances hold numbers and names that no release frees`,
      'put it back into infra/config/muster.ts and deploy, until its instances are gone: RUNBOOK.md, "Group taken out"',
    ),
  }));
}
