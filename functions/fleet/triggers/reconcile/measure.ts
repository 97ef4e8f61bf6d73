import type { FleetMetrics } from '../../contracts/metrics';
import { isDetached } from '../../domain/detached';
import type { Sighting } from '../../domain/sighting';
import { hasFailed } from '../../executions/launch-execution';

/** Writes how a group stands: once in each run, zeros too, so that an alarm sees that a thing is over. */
export function measure(
  { metrics }: { readonly metrics: FleetMetrics },
  Group: string,
  seen: readonly Sighting[],
  breakerIsOpen: boolean,
): void {
  const held = seen.filter(({ hold, launch }) => hold !== undefined && launch !== undefined && hasFailed(launch));
  metrics.count('HeldMembers', held.length, { Group });
  metrics.count('DetachedMembers', seen.filter(isDetached).length, { Group });
  metrics.count('BreakerOpen', breakerIsOpen ? 1 : 0, { Group });
}
