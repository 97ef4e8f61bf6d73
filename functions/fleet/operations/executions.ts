import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { stepsOf, type HistoryLine, type StepVisit } from '../domain/standing/steps';
import type { StepFunctions } from '../ports/aws';
import { historyBackwards } from '../executions/execution-history';
import { listRunning } from '../executions/running';

// From the end: each poll is a few events, so this is a launch that was polled for hours.
const mostPages = 10;

/** The visits of an execution's states. Of a very long history the last ten thousand events are read. */
export async function readSteps(
  stepFunctions: Pick<StepFunctions, 'getExecutionHistory'>,
  executionArn: string,
): Promise<StepVisit[]> {
  const events: HistoryEvent[] = [];
  for await (const page of historyBackwards(stepFunctions, executionArn, mostPages)) events.push(...page);
  return stepsOf(events.reverse().map(lineOf));
}

function lineOf(event: HistoryEvent): HistoryLine {
  const { id = 0, type = '', timestamp = new Date(0) } = event;
  const state = event.stateEnteredEventDetails?.name ?? event.stateExitedEventDetails?.name;
  const failure = failureIn(event);
  return {
    id,
    at: timestamp,
    type,
    ...(state !== undefined && { state }),
    ...(failure?.error !== undefined && { error: failure.error }),
    ...(failure?.cause !== undefined && { cause: failure.cause }),
  };
}

function failureIn(event: HistoryEvent) {
  return (
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.taskSubmitFailedEventDetails ??
    event.taskStartFailedEventDetails ??
    event.executionFailedEventDetails
  );
}

/** Whether an execution runs that releases the instance. */
export async function isReleased(
  deps: { readonly stepFunctions: Pick<StepFunctions, 'listExecutions'>; readonly releaseArn: string },
  instanceId: string,
): Promise<boolean> {
  return (await listRunning(deps.stepFunctions, deps.releaseArn)).has(instanceId);
}
