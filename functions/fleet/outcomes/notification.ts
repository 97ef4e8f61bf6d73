import { isUnavailable, messageOf } from '../../shared/aws-errors';
import { decideNotification } from '../domain/outcome';
import { type Notification } from '../ledger/port';
import type { OutcomeDeps } from './outcome-deps';
import type { SnsMessage } from './launch-message';
import { isOutdated } from '../ledger/records';

type NotificationDeps = Pick<OutcomeDeps, 'clock' | 'log' | 'sns' | 'topicArn'>;

/** Where a record that has one message is stored. */
export interface NotificationStore<Kind> {
  /** Reads it again, as it is now. */
  read(): Promise<Kind | undefined>;
  /** @throws LedgerError `Outdated` */
  save(record: Kind): Promise<void>;
}

interface Record {
  readonly revision: number;
  readonly report?: Notification;
}
type WithReport<Kind> = Kind & { readonly report: Notification };

export interface SendTask<Kind> {
  readonly action: 'send';
  readonly record: WithReport<Kind>;
  /** Whether another run may have sent it before. */
  readonly mayBeRepeated: boolean;
}
export type Task<Kind> = SendTask<Kind> | { readonly action: 'leave'; readonly reason: string };

/**
 * Leases the message about `record` to this run, if it is due and no other run has it. The lease is a write of the record, on
 * its revision, so of all runs that try, one succeeds.
 *
 * @param record as it is stored; or not stored yet, with the revision that is.
 */
export async function leaseNotification<Kind extends Record>(
  { clock }: Pick<NotificationDeps, 'clock'>,
  kept: NotificationStore<Kind>,
  record: Kind,
): Promise<Task<Kind>> {
  const decision = decideNotification(record.report, clock.now());
  if (decision.action === 'leave') return decision;
  const sending: Notification = { state: 'sending', at: clock.now().toISOString() };
  const taken = { ...record, revision: record.revision + 1, report: sending };
  try {
    await kept.save(taken);
  } catch (error) {
    if (!isOutdated(error)) throw error;
    return { action: 'leave', reason: 'another run has taken it over this moment' };
  }
  return { action: 'send', record: taken, mayBeRepeated: decision.mayBeRepeated };
}

/**
 * Sends the message that this run has leased, and notes that in its record. A message is sent at least once: if the note
 * is lost, the run that takes it over some minutes later sends it again, and the message says so.
 *
 * @throws the error of SNS; the message is due again at once.
 */
export async function deliverNotification<Kind extends Record>(
  deps: NotificationDeps,
  kept: NotificationStore<Kind>,
  { record: taken, mayBeRepeated }: SendTask<Kind>,
  { subject, text }: SnsMessage,
): Promise<void> {
  try {
    await deps.sns.publish({ TopicArn: deps.topicArn, Subject: subject, Message: text });
  } catch (error) {
    // Without an answer it may have been sent all the same, now or by the run that tried before: the next message has
    // to say so.
    const isUnsure = mayBeRepeated || isUnavailable(error);
    await note(deps, kept, taken, isUnsure ? 'unsure' : 'unsent').catch((problem: unknown) => {
      // The first error says more. The record stays as it is, and is taken over when its time is up.
      deps.log.error('it could not be noted that a message was not sent', { subject, problem: messageOf(problem) });
    });
    throw error;
  }
  await note(deps, kept, taken, 'sent');
}

// A record changes rarely in between (an operator holds it longer, another failure counts), and once each time.
const noteAttempts = 10;

async function note<Kind extends Record>(
  { clock }: Pick<NotificationDeps, 'clock'>,
  kept: NotificationStore<Kind>,
  taken: WithReport<Kind>,
  state: 'sent' | 'unsent' | 'unsure',
): Promise<void> {
  let current: Kind | undefined = taken;
  for (let attempt = 1; current !== undefined && isOurs(current, taken); attempt += 1) {
    try {
      const report: Notification = { state, at: clock.now().toISOString() };
      await kept.save({ ...current, revision: current.revision + 1, report });
      return;
    } catch (error) {
      if (!isOutdated(error) || attempt === noteAttempts) throw error;
      current = await kept.read();
    }
  }
}

/** Whether this run still holds the lease: the record may be gone, about another failure, or leased to another run. */
function isOurs({ report }: Record, taken: { readonly report: Notification }): boolean {
  return report?.state === 'sending' && report.at === taken.report.at;
}
