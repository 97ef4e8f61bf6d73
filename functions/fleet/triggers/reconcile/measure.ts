import type { Logger } from '../../../shared/runtime';
import type { FleetMetrics } from '../../contracts/metrics';
import { isDetached } from '../../domain/reconcile/detached';
import { isUnserved } from '../../domain/waiting';
import type { GroupView, Sighting } from '../../domain/reconcile/sighting';
import { hasFailed } from '../../domain/launch-execution';

/**
 * Writes how a group stands: once in each run, zeros too, so that an alarm sees that a thing is over.
 *
 * @returns how many of its instances wait unserved.
 */
export function measure(
  { metrics, log }: { readonly metrics: FleetMetrics; readonly log: Logger },
  Group: string,
  seen: readonly Sighting[],
  view: Pick<GroupView, 'breakerIsOpen' | 'now'>,
): number {
  const held = seen.filter(({ hold, launch }) => hold !== undefined && launch !== undefined && hasFailed(launch));
  metrics.count('HeldMembers', held.length, { Group });
  metrics.count('DetachedMembers', seen.filter(isDetached).length, { Group });
  metrics.count('BreakerOpen', view.breakerIsOpen ? 1 : 0, { Group });
  const unserved = seen.filter((one) => isUnserved(one, view)).map(({ instanceId }) => instanceId);
  if (unserved.length > 0) {
    const text = `${unserved.length} of ${Group} wait in a hook, and nothing on record says why`;
    log.error(text, { group: Group, instances: unserved.slice(0, 20) });
  }
  return unserved.length;
}
