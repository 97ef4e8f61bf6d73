import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { portsOf } from '../../../infra/lab/stay/ports';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { ec2, inputOf, query, xmlOf, type Dialect } from './query';
import { answerRoute53 } from './route53';

export interface AwsOverLab {
  readonly endpoint: string;
  /** What was called, in order: `DescribeInstances`, `GET /2015-03-31/functions/…`. */
  readonly calls: string[];
  /** Refuses every further call of the operation with this error. */
  refuse(operation: string, name: string, message: string): void;
  stop(): Promise<void>;
}

export interface AwsOverLabOptions {
  readonly lab: Lab;
  /** Of a DynamoDB with the ledger in it. */
  readonly dynamoDb: string;
  /** By name, as JSON text. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly secret: string;
  readonly lambda: (path: string) => object | undefined;
}

type Port = Readonly<Record<string, ((input: unknown) => Promise<unknown>) | undefined>>;

/** AWS's APIs on this machine, as the SDK's clients speak them, over a lab's region and a DynamoDB. */
export async function startAwsOverLab(options: AwsOverLabOptions): Promise<AwsOverLab> {
  const calls: string[] = [];
  const refusals = new Map<string, readonly [string, string]>();
  const server = createServer((request, response) => {
    void serve(options, request, response, (operation) => {
      calls.push(operation);
      const [name, message] = refusals.get(operation) ?? [];
      if (name !== undefined) throw Object.assign(new Error(message), { name });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    refuse: (operation, name, message) => void refusals.set(operation, [name, message]),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

type Note = (operation: string) => void;

async function serve(options: AwsOverLabOptions, request: IncomingMessage, response: ServerResponse, note: Note) {
  const body = await read(request);
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return json(options, target, body, { request, response, note });
  const form = new URLSearchParams(body);
  const action = form.get('Action');
  if (action !== null) return queried(options, action, form, { response, note });
  return rest(options, body, { request, response, note });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly note: Note;
}

async function json(options: AwsOverLabOptions, target: string, body: string, { request, response, note }: Exchange) {
  const [service = '', operation = ''] = target.split('.');
  const say = (status: number, value: unknown) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(seconds(value)));
  try {
    note(operation);
    if (service.startsWith('DynamoDB')) {
      forward(options.dynamoDb, request, body, response);
      return;
    }
    say(200, await jsonAnswer(options, operation, JSON.parse(body) as Record<string, string>));
  } catch (error) {
    const { name, message } = error as Error;
    say(400, { __type: name, message });
  }
}

async function jsonAnswer(
  { lab, parameters, secret }: AwsOverLabOptions,
  operation: string,
  input: Record<string, string>,
) {
  switch (operation) {
    case 'GetParameter': {
      const Value = parameters[input.Name ?? ''];
      if (Value === undefined) throw Object.assign(new Error('none'), { name: 'ParameterNotFound' });
      return { Parameter: { Name: input.Name, Value } };
    }
    case 'GetParametersByPath': {
      const path = `${(input.Path ?? '').replace(/\/$/, '')}/`;
      const found = Object.entries(parameters).filter(([name]) => name.startsWith(path));
      return { Parameters: found.map(([Name, Value]) => ({ Name, Value })) };
    }
    case 'GetSecretValue':
      return { SecretString: secret };
    case 'DescribeStateMachine':
      return { revisionId: 'today' };
    case 'DescribeStateMachineForExecution':
      return { revisionId: 'yesterday' };
    default:
      return call(portsOf(lab).stepFunctions, operation, input);
  }
}

function call(port: object, operation: string, input: unknown): Promise<unknown> {
  const method = (port as Port)[`${operation.charAt(0).toLowerCase()}${operation.slice(1)}`];
  if (method === undefined) throw new Error(`the lab has no ${operation}`);
  return method.call(port, input);
}

async function queried(
  { lab }: AwsOverLabOptions,
  action: string,
  form: URLSearchParams,
  { response, note }: Omit<Exchange, 'request'>,
) {
  const { autoScaling, elasticLoadBalancing, ec2: instances } = portsOf(lab);
  const say = (status: number, text: string) => response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
  const isEc2 = form.get('Version') === '2016-11-15';
  const dialect: Dialect = isEc2 ? ec2 : query;
  const port = isEc2 ? instances : form.get('Version') === '2015-12-01' ? elasticLoadBalancing : autoScaling;
  try {
    note(action);
    const content = xmlOf(await call(port, action, inputOf(form, dialect)), dialect);
    say(
      200,
      isEc2
        ? `<${action}Response>${content}</${action}Response>`
        : `<${action}Response><${action}Result>${content}</${action}Result></${action}Response>`,
    );
  } catch (error) {
    const { name, message } = error as Error;
    const told = `<Error><Type>Sender</Type><Code>${name}</Code><Message>${xmlOf(message, dialect)}</Message></Error>`;
    say(
      400,
      isEc2
        ? `<Response><Errors>${told}</Errors><RequestID>1</RequestID></Response>`
        : `<ErrorResponse>${told}</ErrorResponse>`,
    );
  }
}

async function rest({ lab, lambda }: AwsOverLabOptions, body: string, { request, response, note }: Exchange) {
  const { method = '', url: path = '' } = request;
  const url = new URL(path, 'http://127.0.0.1');
  try {
    note(`${method} ${url.pathname}`);
    const xml = await answerRoute53(lab, method, url, body);
    if (xml !== undefined) return void response.writeHead(200, { 'content-type': 'text/xml' }).end(xml);
    const isSigned = /Credential=test\/\d{8}\/eu-central-1\/lambda\//.test(request.headers.authorization ?? '');
    const found = isSigned ? lambda(url.pathname) : undefined;
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? {}));
  } catch (error) {
    const { name, message } = error as Error;
    const isLambda = !url.pathname.startsWith('/2013-04-01/');
    response.writeHead(
      isLambda ? 403 : 400,
      isLambda ? { 'x-amzn-errortype': `${name}:` } : { 'content-type': 'text/xml' },
    );
    response.end(
      isLambda
        ? JSON.stringify({ Message: message })
        : `<ErrorResponse><Error><Code>${name}</Code><Message>${xmlOf(message, query)}</Message></Error></ErrorResponse>`,
    );
  }
}

/** The JSON protocol has times as seconds since the epoch. */
function seconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(seconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, seconds(one)]));
}

function forward(endpoint: string, { headers }: IncomingMessage, body: string, response: ServerResponse): void {
  const passed = send(endpoint, { method: 'POST', headers: { ...headers, host: new URL(endpoint).host } }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  passed.on('error', () => response.destroy());
  passed.end(body);
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
