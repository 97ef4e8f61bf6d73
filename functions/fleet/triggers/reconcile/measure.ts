import type { FleetMetrics } from '../../contracts/metrics';
import { isDetached } from '../../domain/detached';
import { countUnserved } from '../../domain/waiting';
import type { GroupView, Sighting } from '../../domain/sighting';
import { hasFailed } from '../../executions/launch-execution';

/** Writes how a group stands: once in each run, zeros too, so that an alarm sees that a thing is over. */
export function measure(
  { metrics }: { readonly metrics: FleetMetrics },
  Group: string,
  seen: readonly Sighting[],
  view: Pick<GroupView, 'breakerIsOpen' | 'now'>,
): void {
  const held = seen.filter(({ hold, launch }) => hold !== undefined && launch !== undefined && hasFailed(launch));
  metrics.count('HeldMembers', held.length, { Group });
  metrics.count('DetachedMembers', seen.filter(isDetached).length, { Group });
  metrics.count('WaitingUnserved', countUnserved(seen, view), { Group });
  metrics.count('BreakerOpen', view.breakerIsOpen ? 1 : 0, { Group });
}
