import { sendLetters } from '../../../shared/incidents/notifier';
import { batchResponse, type SqsBatchResponse } from '../../../shared/lambda/sqs';
import { readMessage } from '../../contracts/messages';
import { inspectObject, type InspectDeps } from '../../inspect-object';
import type { ObjectRef } from '../../ports/objects';

export interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/** Reads the objects in the messages of a batch, one after the other, then sends the mails that are due. */
export function makeHandler(deps: InspectDeps): (event: QueueEvent) => Promise<SqsBatchResponse> {
  return async ({ Records }) => {
    const failed: string[] = [];
    for (const { messageId, body } of Records) {
      const message = readMessage(body);
      if (message.kind !== 'objects') {
        // Neither gets better by coming again; what is refused is to be seen by people, as a dead letter.
        deps.log[message.kind === 'refused' ? 'error' : 'info'](message.reason, { messageId });
        if (message.kind === 'refused') failed.push(messageId);
        continue;
      }
      try {
        for (const object of message.objects) await readOne(deps, messageId, object);
      } catch {
        failed.push(messageId);
      }
    }
    try {
      await sendLetters(deps);
    } catch (error) {
      // They wait in the book: the watch sends them. What was read must not be read again for that.
      deps.log.error('letters wait', { error: error instanceof Error ? error.name : 'unknown' });
    }
    return batchResponse(failed);
  };
}

/** Which object it is stands in the log: people look for it there, and an id of a message is none that they know. */
async function readOne(deps: InspectDeps, messageId: string, object: ObjectRef): Promise<void> {
  const { bucket, key } = object;
  try {
    deps.log.info('object', { bucket, key, ...(await inspectObject(deps, object)) });
  } catch (error) {
    deps.log.error('object not read', {
      ...{ messageId, bucket, key },
      error: error instanceof Error ? error.name : 'unknown',
    });
    throw error;
  }
}
