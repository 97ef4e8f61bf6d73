import type { Release, StepOutput } from '../../contracts/inputs';
import { leftBehind } from '../../domain/build-polling';
import { isGivenUpBy } from '../../domain/release';
import type { Ledger, Member } from '../../ledger/port';
import { makeReleaseStep, type StepDeps } from '../step';

interface Deps extends StepDeps {
  ledger: Ledger;
}

/**
 * Ensures that the index is free, and that nothing else is on record of the instance. It comes last: the next holder
 * must find nothing of this one any more.
 */
export const makeHandler = (deps: Deps) =>
  makeReleaseStep('free-index', deps, async (member, release): Promise<StepOutput> => {
    const { group, instanceId, reason } = release;
    if (!isGivenUpBy(member, reason)) return { action: 'passed', reason: 'it keeps its number' };
    if (reason === 'to-warm-pool') await keepInPool(deps.ledger, member, release);
    else await removeReserve(deps.ledger, release);
    await deps.ledger.removeHold(group, instanceId);
    if (member === undefined) return { action: 'none', reason: 'the instance holds no index' };
    const why = [reason, ...leftBehind(member.builds)].join('; ');
    await deps.ledger.free(member, why, deps.clock.now().toISOString(), member.execution);
    return { action: 'freed', reason: `index ${member.index} is free: ${instanceId} is no longer ${member.name}` };
  });

/** Not the reserve of the instance's later stay in the pool. */
async function removeReserve(ledger: Ledger, { group, instanceId, launches }: Release): Promise<void> {
  const reserve = await ledger.findReserve(group, instanceId);
  if (reserve === undefined || (launches !== undefined && !launches.includes(reserve.execution))) return;
  await ledger.removeReserve(group, instanceId, reserve.execution);
}

/** In the pool it stays provisioned. Before the member is gone: afterwards nothing on record would say so. */
async function keepInPool(ledger: Ledger, member: Member | undefined, { group, instanceId }: Release): Promise<void> {
  if (member === undefined) return;
  const { execution, builds } = member;
  const { revision = 0 } = (await ledger.findReserve(group, instanceId)) ?? {};
  await ledger.saveReserve({
    group,
    instanceId,
    execution,
    phase: 'warmed',
    builds: builds.provision === undefined ? {} : { provision: builds.provision },
    revision: revision + 1,
  });
}
