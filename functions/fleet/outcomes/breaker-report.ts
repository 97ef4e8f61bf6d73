import type { Breaker } from '../ledger/port';
import { breakerMessage } from './breaker-message';
import type { OutcomeDeps } from './outcome-deps';
import { deliverNotification, leaseNotification, type NotificationStore } from './notification';

/**
 * Sends the one message that the group's breaker is open, if it is due.
 *
 * @throws the error that prevented the message; it is due again at once.
 */
export async function reportBreaker(
  deps: Pick<OutcomeDeps, 'clock' | 'log' | 'ledger' | 'sns' | 'topicArn'>,
  group: string,
): Promise<void> {
  const { ledger } = deps;
  const kept: NotificationStore<Breaker> = {
    read: () => ledger.breaker(group),
    save: (record) => ledger.saveBreaker(record),
  };
  const breaker = await kept.read();
  if (breaker?.openedAt === undefined) return;
  const task = await leaseNotification(deps, kept, breaker);
  if (task.action === 'leave') return;
  await deliverNotification(deps, kept, task, breakerMessage(task.record, task.mayBeRepeated));
}
