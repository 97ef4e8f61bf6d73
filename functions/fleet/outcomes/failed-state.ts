import { historyBackwards } from '../executions/execution-history';
import type { StepFunctions } from '../ports/aws';

// Enough for the whole history of a build that was polled for a day.
const mostPages = 25;

/**
 * The name of the state that an execution stopped at: the last that it entered. Each poll of a state is in the history
 * too, so that can be a few pages back. After a redrive it may not be entered again, but it is the last all the same.
 */
export async function findFailedState(
  stepFunctions: Pick<StepFunctions, 'getExecutionHistory'>,
  executionArn: string,
): Promise<string | undefined> {
  for await (const events of historyBackwards(stepFunctions, executionArn, mostPages)) {
    const entered = events.find(({ type }) => type?.endsWith('StateEntered'));
    if (entered !== undefined) return entered.stateEnteredEventDetails?.name;
  }
  return undefined;
}
