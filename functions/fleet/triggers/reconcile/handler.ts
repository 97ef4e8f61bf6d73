import { forEachLimited } from '../../../shared/lists';
import { NamedError } from '../../../shared/named-error';
import { listRunning } from '../../executions/running';
import type { GroupRecords } from '../../ledger/port';
import { atOnce, reconcileGroup, type FleetObservation, type GroupDeps, type DecisionCounts } from './group';
import { describeGroups } from './groups';
import { collectProblem } from './collect-problem';
import { reportRemovedGroups, type TakenOutDeps } from './taken-out';

export type ReconcileDeps = GroupDeps & TakenOutDeps;

/** Something could not be done in this run; the rest was. The next run tries it again. */
export class ReconcileIncomplete extends NamedError<'ReconcileIncomplete'> {
  constructor(problems: readonly string[]) {
    super('ReconcileIncomplete', problems.join('\n'), { fault: 'environment' });
  }
}

/**
 * Reads the state of all groups and does what is missing, so lost events do not matter. Runs every minute, one run at a
 * time. An error with one group or instance does not stop the others from being served.
 *
 * @throws ReconcileIncomplete after the run, with all that failed in it.
 */
export function makeHandler(deps: ReconcileDeps): (event: unknown) => Promise<DecisionCounts> {
  return async () => {
    const problems: string[] = [];
    const counts: Partial<Record<keyof DecisionCounts, number>> = {};
    const names = await deps.settings.list();
    // Read the ledger before the groups: a member in it was in its group by then, and is missing there only if it left.
    const records = new Map<string, GroupRecords>();
    await forEachLimited(names, atOnce, (name) =>
      collectProblem(problems, name, async () => void records.set(name, await deps.ledger.records(name))),
    );
    const fleet: FleetObservation = {
      groups: await describeGroups(deps.autoScaling, names),
      launches: await listRunning(deps.stepFunctions, deps.stateMachineArn),
      releases: await listRunning(deps.stepFunctions, deps.releaseArn),
    };
    await collectProblem(problems, 'groups that were taken out', () => reportRemovedGroups(deps, names, records));
    for (const [name, known] of records) {
      await collectProblem(problems, name, () => reconcileGroup(deps, fleet, known, { name, problems, counts }));
    }
    deps.metrics.count('WaitingUnserved', counts.unserved ?? 0, { Deployment: deps.deployment });
    if (problems.length > 0) {
      deps.log.error('some of it could not be done', { problems });
      throw new ReconcileIncomplete(problems);
    }
    deps.log.info('everything is looked at', { ...counts });
    return counts;
  };
}
