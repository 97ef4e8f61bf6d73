import * as z from '../../shared/schema';
import { describeMistakes, mistakesIn } from '../../shared/schema';

/** What an event about an execution's status means for Muster. */
export type StatusChange =
  /** A launch has ended. The event can be late, so the reader asks Step Functions how the launch ended. */
  | { readonly kind: 'ended'; readonly executionArn: string }
  /** The event is valid, and there is nothing to do. */
  | { readonly kind: 'ignored'; readonly name: IgnoredStatus; readonly reason: string }
  /** The event is not valid. */
  | { readonly kind: 'refused'; readonly reason: string };

export type IgnoredStatus = 'UnknownEvent' | 'NotOurs' | 'StillRunning' | 'UnknownStatus';

/** The statuses with which an execution ends without success; rules select events by them. */
export const failedStatuses = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;

const filled = z.string('text').check(z.minLength(1, 'text'));

// The other fields are not read: Step Functions omits input and output above 248 KiB, and an event can be out of date.
const event = z.object({
  source: z.literal('aws.states', 'aws.states'),
  detail: z.object({ executionArn: filled, stateMachineArn: filled, status: filled }, 'an object'),
});

/**
 * Reads an EventBridge event "Step Functions Execution Status Change".
 *
 * Source of the shape: Step Functions developer guide, "Automating Step Functions event delivery with EventBridge".
 *
 * @param stateMachineArn of the state machine whose executions are ours.
 */
export function readStatusChange(message: unknown, stateMachineArn: string): StatusChange {
  const type = typeof message === 'object' && message !== null && 'detail-type' in message && message['detail-type'];
  if (typeof type === 'string' && type !== 'Step Functions Execution Status Change') {
    return ignored('UnknownEvent', `events of type ${JSON.stringify(type).slice(0, 80)} end no launch`);
  }
  const parsed = event.safeParse(message);
  if (typeof type !== 'string' || !parsed.success) return refused(parsed, message);
  const { executionArn, stateMachineArn: machine, status } = parsed.data.detail;
  if (machine !== stateMachineArn) return ignored('NotOurs', `an execution of ${machine} is no launch`);
  switch (status) {
    case 'SUCCEEDED':
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED':
      return { kind: 'ended', executionArn };
    case 'RUNNING':
    case 'PENDING_REDRIVE':
      return ignored('StillRunning', `${executionArn} is ${status}`);
    default:
      return ignored('UnknownStatus', `${executionArn} has the unknown status ${JSON.stringify(status).slice(0, 80)}`);
  }
}

function ignored(name: IgnoredStatus, reason: string): StatusChange {
  return { kind: 'ignored', name, reason };
}

function refused({ error }: { error?: z.core.$ZodError | undefined }, message: unknown): StatusChange {
  const mistakes = error === undefined ? 'it has no detail-type' : describeMistakes(mistakesIn(error, message));
  return { kind: 'refused', reason: `status change event: ${mistakes.replaceAll('\n', '; ')}` };
}
