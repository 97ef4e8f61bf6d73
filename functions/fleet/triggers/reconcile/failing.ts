import type { FailingRelease } from '../../domain/reconcile/failing-releases';
import { targetGroupName } from '../../domain/targets';
import type { Decision, Sighting } from '../../domain/reconcile/sighting';
import type { EarlierExecution } from '../../domain/redrive-or-new-attempt';
import { isBeingReleased } from '../../ledger/port';

/** What people are to know of a release that fails again and again. */
export function failingOf(
  { instanceId, member }: Sighting,
  execution: string,
  earlier: EarlierExecution,
): FailingRelease {
  return {
    instanceId,
    ...(member !== undefined && { name: member.name }),
    execution,
    error: earlier.error ?? earlier.status,
    failures: earlier.redrives + 1,
    holds:
      member === undefined
        ? []
        : [
            `number ${member.index}`,
            ...(member.fqdn === undefined ? [] : [member.fqdn]),
            ...(member.targetGroups ?? []).map((arn) => `target group ${targetGroupName(arn)}`),
          ],
  };
}

/** The instances that are being released, or are to be. */
export function pendingIn(
  seen: readonly Sighting[],
  todo: readonly { readonly one: Sighting; readonly decision: Decision }[],
): ReadonlySet<string> {
  const under = seen.filter(
    ({ isReleasing, member }) => isReleasing || (member !== undefined && isBeingReleased(member)),
  );
  const asked = todo.filter(({ decision }) => decision.action === 'release').map(({ one }) => one);
  return new Set([...under, ...asked].map(({ instanceId }) => instanceId));
}
