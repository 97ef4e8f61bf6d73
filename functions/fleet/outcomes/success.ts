import type { Clock } from '../../shared/clock';
import type { FleetMetrics } from '../contracts/metrics';
import { closeBreaker } from './breaker';
import type { Ledger, Member } from '../ledger/port';

interface Deps {
  readonly ledger: Pick<Ledger, 'update' | 'removeReserve' | 'hold' | 'removeHold' | 'breaker' | 'saveBreaker'>;
  readonly clock: Clock;
  readonly metrics: FleetMetrics;
}

/**
 * Takes note that an instance is in service, and forgets what earlier failures have left. It can be asked for again: what
 * is counted is counted once.
 *
 * @param origin where its launch came from, as Auto Scaling names it.
 */
export async function noteService(deps: Deps, member: Member, origin: string | undefined): Promise<void> {
  const { ledger, metrics, clock } = deps;
  const now = clock.now();
  // It is there, whatever a release of its launch waits for: that finds it in service, and leaves it or begins anew.
  const served = { phase: 'in-service', inServiceAt: member.inServiceAt ?? now.toISOString() } as const;
  await ledger.update(member, { ...served, endingSince: null });
  if (origin === 'WarmPool') await ledger.removeReserve(member.group, member.instanceId);
  await clearFailures(deps, member);
  if (member.inServiceAt !== undefined) return;
  const { group, name, instanceId, execution } = member;
  const tookMs = now.getTime() - Date.parse(member.claimedAt);
  metrics.duration('TimeToService', tookMs, { Group: group }, { execution, group, instance: instanceId, name });
}

/** By whoever brings a launch to its good end, and not by an event about that, which can be lost. */
export async function clearFailures(
  deps: Pick<Deps, 'ledger' | 'clock'>,
  { group, instanceId }: { readonly group: string; readonly instanceId: string },
): Promise<void> {
  const hold = await deps.ledger.hold(group, instanceId);
  if (hold !== undefined) await deps.ledger.removeHold(group, instanceId);
  await closeBreaker(deps, group, deps.clock.now());
}
