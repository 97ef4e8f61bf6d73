import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { StepFunctions } from '../ports/aws';

const pageSize = 1000;

/**
 * An execution's history from its end, a page at a time, newest event first. A history has 25,000 events at most, and a
 * page 1,000. Inputs and outputs are left out: of a thousand events they are megabytes.
 */
export async function* historyBackwards(
  stepFunctions: Pick<StepFunctions, 'getExecutionHistory'>,
  executionArn: string,
  mostPages: number,
): AsyncGenerator<readonly HistoryEvent[]> {
  let nextToken: string | undefined;
  for (let page = 1; page <= mostPages; page += 1) {
    const answer = await stepFunctions.getExecutionHistory({
      executionArn,
      reverseOrder: true,
      maxResults: pageSize,
      includeExecutionData: false,
      ...(nextToken !== undefined && { nextToken }),
    });
    yield answer.events ?? [];
    nextToken = answer.nextToken;
    if (nextToken === undefined) return;
  }
}
