import { sendLetters } from '../../../shared/incidents/notifier';
import { readBatch } from '../../contracts/subscription';
import { inspectStream, type StreamDeps } from '../../inspect-stream';
import type { ReadOnceResult } from '../../read-once';

/**
 * Reads what a subscription of CloudWatch Logs delivers, then sends the mails that are due.
 *
 * @throws what the store answers: Lambda tries again, and then it is a dead letter.
 */
export function makeHandler(deps: StreamDeps): (event: unknown) => Promise<ReadOnceResult> {
  return async (event) => {
    const batch = readBatch(event);
    if (batch === undefined) return { action: 'ignored', reason: 'a control message' };
    const result = await inspectStream(deps, batch);
    deps.log.info('batch', { logGroup: batch.logGroup, events: batch.events.length, ...result });
    try {
      await sendLetters(deps);
    } catch (error) {
      // They wait in the book: the watch sends them. What was read must not be read again for that.
      deps.log.error('letters wait', { error: error instanceof Error ? error.name : 'unknown' });
    }
    return result;
  };
}
