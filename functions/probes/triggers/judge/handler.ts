import { batchResponse, type SqsBatchResponse } from '../../../shared/lambda/sqs';
import { queueEventSchema } from '../../contracts/look-message';
import { reportSchema, type Report } from '../../contracts/result';
import type { ReceivedReport } from '../../operations/judge-reports';
import { judgeReceived, judgeEachMinute, type HomeDeps } from '../../operations/home';

/** Judges the reports of an SQS event; any other event is the schedule of every minute. */
export function makeHandler(deps: HomeDeps): (event: unknown) => Promise<SqsBatchResponse> {
  return async (event) => {
    const batch = queueEventSchema.safeParse(event);
    const refused: string[] = [];
    if (!batch.success) {
      await judgeEachMinute(deps);
      return batchResponse([]);
    }
    const received: ReceivedReport[] = [];
    for (const { messageId, body, attributes } of batch.data.Records) {
      const report = parsed(body);
      if (report === undefined) refused.push(messageId);
      else received.push({ report, queuedAt: Math.floor(Number(attributes.SentTimestamp) / 1000) });
    }
    // A message that is no report becomes a dead letter, so that people see it.
    for (const messageId of refused) deps.log.error('no report', { messageId });
    if (received.length > 0) await judgeReceived(deps, received);
    return batchResponse(refused);
  };
}

function parsed(body: string): Report | undefined {
  try {
    return reportSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
