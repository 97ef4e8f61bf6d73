import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import type { TaskState } from '../machine/definition';
import { TaskFailure } from '../errors';
import type { Flow } from '../flow';
import { isObject, payload, type Json } from '../json';
import { recordSubmitted } from './record';

/**
 * `states:startExecution.sync:2`: runs another machine of the same engine and waits for its end.
 *
 * The child is a new execution each time, also after a redrive; it is stopped when its task is given up.
 */
export async function runNested(flow: Flow, state: TaskState, given: Json, signal: AbortSignal): Promise<unknown> {
  const { execution } = flow;
  const { StateMachineArn, Input, Name } = isObject(given) ? given : {};
  const started = execution.service.startChild({
    stateMachineArn: typeof StateMachineArn === 'string' ? StateMachineArn : '',
    input: JSON.stringify(Input ?? {}),
    ...(typeof Name === 'string' ? { name: Name } : {}),
  });
  recordSubmitted(flow, state, payload({ ExecutionArn: started.executionArn, StartDate: started.startDate.getTime() }));
  signal.addEventListener('abort', () => execution.service.stopChild(started.executionArn));
  const end = await started.ended;
  if (end.status === 'SUCCEEDED') return capitalised(end);
  throw new TaskFailure('States.TaskFailed', JSON.stringify(capitalised(end)));
}

/** The answer of DescribeExecution as an optimised integration shows it: capital keys, times in ms, output parsed. */
function capitalised(end: DescribeExecutionOutput): Json {
  const entries = Object.entries(end).filter(([key, value]) => value !== undefined && key !== '$metadata');
  const converted = entries.map(([key, value]) => [capital(key), convert(key, value)] as const);
  return Object.fromEntries(converted.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function convert(key: string, value: unknown): Json {
  if (value instanceof Date) return value.getTime();
  if (key === 'input' || key === 'output') return JSON.parse(String(value)) as Json;
  return isObject(value) ? capitalised(value as unknown as DescribeExecutionOutput) : (value as Json);
}

function capital(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}
