import type {
  LambdaFunctionScheduledEventDetails,
  TaskFailedEventDetails,
  TaskScheduledEventDetails,
} from '@aws-sdk/client-sfn';
import type { TaskState } from '../machine/definition';
import type { Failure, StateFailure } from '../errors';
import type { Flow } from '../flow';
import { untruncated, type Details } from '../history';
import type { Payload } from '../json';
import type { Resource } from '../machine/resource';

/** A task's time limits, in seconds. */
export interface Limits {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

// The details are built field by field: V8 gives every object that is spread out of two others a shape of its own, and
// a history has thousands of them.

/** What the history says of an attempt that is scheduled. Attempts with equal terms can share it. */
export function scheduledDetails(flow: Flow, { resource }: TaskState, given: Payload, limits: Limits): Details {
  const { region } = flow.execution;
  const { timeoutSeconds, heartbeatSeconds } = limits;
  if (resource.kind === 'function') {
    const details: LambdaFunctionScheduledEventDetails = {
      resource: resource.arn,
      input: given.text,
      inputDetails: untruncated,
    };
    if (timeoutSeconds !== undefined) details.timeoutInSeconds = timeoutSeconds;
    return { lambdaFunctionScheduledEventDetails: details };
  }
  const details: TaskScheduledEventDetails = {
    resource: resource.resource,
    resourceType: resource.resourceType,
    region,
    parameters: given.text,
  };
  if (timeoutSeconds !== undefined) details.timeoutInSeconds = timeoutSeconds;
  if (heartbeatSeconds !== undefined) details.heartbeatInSeconds = heartbeatSeconds;
  return { taskScheduledEventDetails: details };
}

export function recordScheduled(flow: Flow, { resource }: TaskState, details: Details): void {
  const type = resource.kind === 'function' ? 'LambdaFunctionScheduled' : 'TaskScheduled';
  flow.execution.history.add(flow.cursor, type, details);
}

const startedDetails = new WeakMap<Resource, Details>();

export function recordStarted(flow: Flow, { resource }: TaskState): void {
  const { history } = flow.execution;
  if (resource.kind === 'function') {
    history.add(flow.cursor, 'LambdaFunctionStarted');
    return;
  }
  const details =
    startedDetails.get(resource) ?? Object.freeze({ taskStartedEventDetails: Object.freeze(names(resource)) });
  startedDetails.set(resource, details);
  history.add(flow.cursor, 'TaskStarted', details);
}

/** What a `.sync` task began: the request was accepted, its work continues. */
export function recordSubmitted(flow: Flow, { resource }: TaskState, answer: Payload): void {
  const { history } = flow.execution;
  history.add(flow.cursor, 'TaskSubmitted', { taskSubmittedEventDetails: answered(resource, answer.text) });
}

export function recordSucceeded(flow: Flow, { resource }: TaskState, result: Payload): void {
  const { history } = flow.execution;
  if (resource.kind === 'function') {
    const details = { output: result.text, outputDetails: untruncated };
    history.add(flow.cursor, 'LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: details });
  } else history.add(flow.cursor, 'TaskSucceeded', { taskSucceededEventDetails: answered(resource, result.text) });
}

export function recordFailure(flow: Flow, { resource }: TaskState, failure: StateFailure): void {
  const { history } = flow.execution;
  const timedOut = failure.error === 'States.Timeout';
  if (resource.kind === 'function') {
    const details = failureDetails(failure);
    if (timedOut) history.add(flow.cursor, 'LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: details });
    else history.add(flow.cursor, 'LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details });
    return;
  }
  const details = withFailure<TaskFailedEventDetails>(names(resource), failure);
  if (timedOut) history.add(flow.cursor, 'TaskTimedOut', { taskTimedOutEventDetails: details });
  else history.add(flow.cursor, 'TaskFailed', { taskFailedEventDetails: details });
}

/** An error and a cause, each only if there is one. */
export function failureDetails(failure: Failure): { cause?: string; error?: string } {
  return withFailure({}, failure);
}

function withFailure<Details extends { cause?: string | undefined; error?: string | undefined }>(
  details: Details,
  { error, cause }: Failure,
): Details {
  if (cause !== undefined) details.cause = cause;
  if (error !== undefined) details.error = error;
  return details;
}

function names({ resource, resourceType }: Resource) {
  return { resource, resourceType };
}

function answered({ resource, resourceType }: Resource, output: string) {
  return { resource, resourceType, output, outputDetails: untruncated };
}
