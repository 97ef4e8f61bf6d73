import { readRecord } from '../../shared/schema';
import * as z from '../../shared/schema';
import { decideFailing, type FailingRelease, type FailingReleases } from '../domain/reconcile/failing-releases';
import { notificationStates, type Observations } from '../ledger/records';
import type { OutcomeDeps } from './outcome-deps';
import { releaseMessage } from './release-message';
import { deliverNotification, leaseNotification, type NotificationStore } from './notification';

type Deps = Pick<OutcomeDeps, 'clock' | 'log' | 'sns' | 'topicArn'> & { readonly ledger: Observations };

const key = 'failing releases';
// Longer than any failing release lasts.
const keptDays = 400;

/**
 * Sends one message about the releases of a group that fail again and again, and one when they no longer do.
 *
 * @param pending the instances that are being released, or are to be.
 * @throws the error that kept the message from being sent; the next run sends it.
 */
export async function reportFailingReleases(
  deps: Deps,
  seen: { readonly group: string; readonly failing: readonly FailingRelease[]; readonly pending: ReadonlySet<string> },
): Promise<void> {
  const kept = keptIn(deps, seen.group);
  const before = await kept.read();
  const record = decideFailing(before, seen, deps.clock.now());
  if (record === undefined) return;
  const task = await leaseNotification(deps, kept, record);
  if (task.action === 'leave') return;
  await deliverNotification(deps, kept, task, releaseMessage(task.record, task.mayBeRepeated));
}

const failingReleases = z.object({
  group: z.string(),
  failing: z.array(
    z.object({
      instanceId: z.string(),
      name: z.exactOptional(z.string()),
      execution: z.string(),
      error: z.string(),
      failures: z.number(),
      holds: z.array(z.string()),
    }),
  ),
  fixed: z.array(z.string()),
  report: z.exactOptional(z.object({ state: z.enum(notificationStates), at: z.string() })),
});

/** Stored as an observation: nothing else depends on it, so it needs no item type of its own. */
function keptIn({ clock, ledger }: Deps, group: string): NotificationStore<FailingReleases> {
  return {
    async read() {
      const found = await ledger.observation(group, key);
      if (found === undefined) return undefined;
      const what = `the observation '${key}' of ${group}`;
      return { ...readRecord(failingReleases, found.value, what), revision: found.revision };
    },
    save: (record) =>
      ledger.saveObservation(
        { group, key, revision: record.revision, at: clock.now().toISOString(), value: JSON.stringify(record) },
        keptDays,
      ),
  };
}
