import type { TaskState } from '../definition';
import type { StateFailure } from '../errors';
import type { Flow } from '../flow';
import { WHOLE } from '../history';
import type { Payload } from '../json';

/** A task's time limits, in seconds. */
export interface Limits {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

export function recordScheduled(flow: Flow, { resource }: TaskState, given: Payload, limits: Limits): void {
  const { history, region } = flow.execution;
  const timeout = limits.timeoutSeconds === undefined ? {} : { timeoutInSeconds: limits.timeoutSeconds };
  if (resource.kind === 'function') {
    const lambdaFunctionScheduledEventDetails = {
      resource: resource.arn,
      input: given.text,
      inputDetails: WHOLE,
      ...timeout,
    };
    history.add(flow.cursor, 'LambdaFunctionScheduled', { lambdaFunctionScheduledEventDetails });
    return;
  }
  const heartbeat = limits.heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: limits.heartbeatSeconds };
  history.add(flow.cursor, 'TaskScheduled', {
    taskScheduledEventDetails: { ...names(resource), region, parameters: given.text, ...timeout, ...heartbeat },
  });
}

export function recordStarted(flow: Flow, { resource }: TaskState): void {
  const { history } = flow.execution;
  if (resource.kind === 'function') history.add(flow.cursor, 'LambdaFunctionStarted');
  else history.add(flow.cursor, 'TaskStarted', { taskStartedEventDetails: names(resource) });
}

/** What a `.sync` task began: the request was accepted, its work goes on. */
export function recordSubmitted(flow: Flow, { resource }: TaskState, answer: Payload): void {
  flow.execution.history.add(flow.cursor, 'TaskSubmitted', {
    taskSubmittedEventDetails: { ...names(resource), output: answer.text, outputDetails: WHOLE },
  });
}

export function recordSucceeded(flow: Flow, { resource }: TaskState, result: Payload): void {
  const { history } = flow.execution;
  const details = { output: result.text, outputDetails: WHOLE };
  if (resource.kind === 'function')
    history.add(flow.cursor, 'LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: details });
  else history.add(flow.cursor, 'TaskSucceeded', { taskSucceededEventDetails: { ...names(resource), ...details } });
}

export function recordFailure(flow: Flow, { resource }: TaskState, failure: StateFailure): void {
  const { history } = flow.execution;
  const details = failureDetails(failure);
  const timedOut = failure.error === 'States.Timeout';
  if (resource.kind === 'function') {
    if (timedOut) history.add(flow.cursor, 'LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: details });
    else history.add(flow.cursor, 'LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details });
    return;
  }
  const named = { ...names(resource), ...details };
  if (timedOut) history.add(flow.cursor, 'TaskTimedOut', { taskTimedOutEventDetails: named });
  else history.add(flow.cursor, 'TaskFailed', { taskFailedEventDetails: named });
}

/** An error and a cause, each only if there is one. */
export function failureDetails({ error, cause }: { error?: string | undefined; cause?: string | undefined }) {
  return { ...(cause === undefined ? {} : { cause }), ...(error === undefined ? {} : { error }) };
}

function names({ resource, resourceType }: TaskState['resource']) {
  return { resource, resourceType };
}
