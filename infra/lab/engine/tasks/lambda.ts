import { TaskFailure } from '../errors';
import { byteLength, isObject, wirePayload, WirePayload, type Json, type Payload } from '../json';
import { randomStream, uuidFrom } from '../../kernel/random';
import type { TaskCall, TaskHandler } from '../task-handler';

/** A Lambda function: takes an event and returns its answer. */
export type LambdaFunction = (payload: never) => unknown;

/**
 * The optimised `lambda:invoke` integration, and plain function ARNs, over ordinary functions.
 *
 * `functions` are keyed by name or by ARN; a qualifier (`:live`) in the state's FunctionName is looked up as written
 * first and without it next. A thrown Error fails the task with error = err.name and, as Lambda reports it, cause =
 * `{"errorType","errorMessage","trace"}`. A function that is not there fails with Lambda.ResourceNotFoundException.
 */
export function lambdaTasks(functions: Readonly<Record<string, LambdaFunction>>): TaskHandler {
  return async (task) => {
    if (!task.resource.endsWith(':lambda:invoke')) {
      return (await invoke(functions, task, task.resource, task.arguments)).value;
    }
    const { FunctionName, Payload, Qualifier } = isObject(task.arguments) ? task.arguments : {};
    if (typeof FunctionName !== 'string') {
      throw new TaskFailure('States.Runtime', `The Arguments of '${task.stateName}' must have a FunctionName`);
    }
    const name = typeof Qualifier === 'string' ? `${FunctionName}:${Qualifier}` : FunctionName;
    const answer = await invoke(functions, task, name, Payload === undefined ? {} : Payload);
    return envelope(task, answer);
  };
}

async function invoke(
  functions: Readonly<Record<string, LambdaFunction>>,
  task: TaskCall,
  name: string,
  event: Json,
): Promise<Payload> {
  const handler = find(functions, name);
  if (handler === undefined) throw notFound(task, name);
  try {
    return wirePayload(await handler(event as never));
  } catch (thrown) {
    throw functionError(thrown);
  }
}

function find(functions: Readonly<Record<string, LambdaFunction>>, name: string): LambdaFunction | undefined {
  const exact = functions[name];
  if (exact !== undefined) return exact;
  const asWritten = shortOf(name);
  for (const wanted of [asWritten, asWritten.replace(/:[^:]*$/, '')]) {
    const key = Object.keys(functions).find((given) => shortOf(given) === wanted);
    if (key !== undefined) return functions[key];
  }
  return undefined;
}

/** A function's name, with its qualifier if it has one, out of a name or an ARN. */
function shortOf(name: string): string {
  return name.replace(/^.*:function:/, '');
}

function notFound(task: TaskCall, name: string): TaskFailure {
  const [, partition = 'aws', , region = '', account = ''] = task.executionArn.split(':');
  const arn = name.startsWith('arn:') ? name : `arn:${partition}:lambda:${region}:${account}:function:${name}`;
  const detail = `Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: ${requestId(task)}; Proxy: null`;
  return new TaskFailure('Lambda.ResourceNotFoundException', `Function not found: ${arn} (${detail})`);
}

function functionError(thrown: unknown): TaskFailure {
  const error = thrown instanceof Error ? thrown : undefined;
  const errorType = error?.name ?? 'Error';
  const errorMessage = error?.message ?? String(thrown);
  // Lambda gives the whole stack. Here its frames would be paths of this machine and of this version of Node, and a
  // history would not be the same byte for byte elsewhere.
  const trace = [`${errorType}: ${errorMessage}`];
  return new TaskFailure(errorType, JSON.stringify({ errorType, errorMessage, trace }), { stack: false });
}

/** What `lambda:invoke` puts around a function's answer. */
function envelope(task: TaskCall, answer: Payload): WirePayload {
  const id = requestId(task);
  const headers = {
    Connection: 'keep-alive',
    'Content-Length': String(byteLength(answer.text)),
    'Content-Type': 'application/json',
    'X-Amz-Executed-Version': '$LATEST',
    'x-amzn-Remapped-Content-Length': '0',
    'x-amzn-RequestId': id,
  };
  const all = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  // The answer has come over the wire, and the rest is made here: nothing else holds any of it.
  return new WirePayload({
    ExecutedVersion: '$LATEST',
    Payload: answer.value,
    SdkHttpMetadata: { AllHttpHeaders: all, HttpHeaders: headers, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: id },
    StatusCode: 200,
  });
}

/** The same for the same attempt, so that a history is the same byte for byte. */
function requestId(task: TaskCall): string {
  return uuidFrom(randomStream('request', task.executionArn, task.stateName, task.attempt));
}
