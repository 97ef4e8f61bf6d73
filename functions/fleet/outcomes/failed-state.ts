import type { StepFunctions } from '../ports/step-functions';

// A history has 25,000 events at most, and a page 1,000: this is all of it, for a build that was polled for a day.
const mostPages = 25;
const pageSize = 1000;

/**
 * The name of the state that an execution stopped at: the last that it entered. Each poll of a state is in the history
 * too, so that can be a few pages back. After a redrive it may not be entered anew, but it is the last all the same.
 */
export async function findFailedState(
  stepFunctions: Pick<StepFunctions, 'getExecutionHistory'>,
  executionArn: string,
): Promise<string | undefined> {
  let nextToken: string | undefined;
  for (let page = 1; page <= mostPages; page += 1) {
    const answer = await stepFunctions.getExecutionHistory({
      executionArn,
      reverseOrder: true,
      maxResults: pageSize,
      // Inputs and outputs of a thousand events are megabytes, and nobody reads them.
      includeExecutionData: false,
      ...(nextToken !== undefined && { nextToken }),
    });
    const entered = answer.events?.find(({ type }) => type?.endsWith('StateEntered'));
    if (entered !== undefined) return entered.stateEnteredEventDetails?.name;
    nextToken = answer.nextToken;
    if (nextToken === undefined) return undefined;
  }
  return undefined;
}
