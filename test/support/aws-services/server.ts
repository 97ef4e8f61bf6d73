import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a client has sent it over the wire. */
export interface Call {
  /** Whose it is: the access key it was signed with, which these tests call by its function. */
  readonly role: string;
  /** `PutObject`, `SendMessage` … */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/**
 * The fault of a call: `lost-request` never arrives, `lost-answer` is done and not told, `broken-answer` ends in the
 * middle, an answer is given instead of the service's own.
 */
export type Fault = 'lost-request' | 'lost-answer' | 'broken-answer' | Answer;

/** One service: the calls that are its, and what it answers. */
export interface Service {
  /** `undefined`: not one of its. */
  operationOf(request: Pick<Call, 'method' | 'path' | 'query' | 'headers'>): string | undefined;
  answer(call: Call): Answer;
}

/** Services of AWS on one loopback port, for the real clients. */
export class AwsServer {
  readonly calls: Call[] = [];
  /** Asked for each call, with how often there was one of that operation before. */
  fault: (call: Call, earlier: number) => Fault | undefined = () => undefined;
  /** An answer instead of the service's: IAM's. */
  guard: (call: Call) => Answer | undefined = () => undefined;
  readonly #services: readonly Service[];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #endpoint = '';

  constructor(services: readonly Service[]) {
    this.#services = services;
  }

  get endpoint(): string {
    return this.#endpoint;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#endpoint = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Forgets calls and faults. */
  reset(): void {
    this.calls.length = 0;
    this.fault = () => undefined;
  }

  operations(): string[] {
    return this.calls.map(({ operation }) => operation);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://aws');
    const seen = { method: request.method ?? '', path: decodeURIComponent(pathname), query, headers: request.headers };
    const role = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
    for (const service of this.#services) {
      const operation = service.operationOf(seen);
      if (operation === undefined) continue;
      this.#respond(service, { ...seen, role, operation, body: Buffer.concat(chunks) }, response);
      return;
    }
    response.writeHead(500).end(`no service for ${seen.method} ${seen.path}`);
  }

  #respond(service: Service, call: Call, response: ServerResponse): void {
    const earlier = this.calls.filter(({ operation }) => operation === call.operation).length;
    this.calls.push(call);
    const fault = this.fault(call, earlier);
    if (fault === 'lost-request') {
      response.destroy();
      return;
    }
    const given = typeof fault === 'object' ? fault : (this.guard(call) ?? service.answer(call));
    if (fault === 'lost-answer') {
      response.destroy();
      return;
    }
    const body = Buffer.from(given.body ?? '');
    response.writeHead(given.status, { ...given.headers, 'content-length': body.byteLength });
    if (fault !== 'broken-answer') {
      response.end(body);
      return;
    }
    response.write(body.subarray(0, Math.ceil(body.byteLength / 2)), () => response.destroy());
  }
}

const amz = { 'content-type': 'application/x-amz-json-1.0' };

export function json(value: unknown): Answer {
  return { status: 200, headers: amz, body: JSON.stringify(value) };
}

export function jsonError(type: string, status = 400): Answer {
  return {
    status,
    headers: { ...amz, 'x-amzn-errortype': type },
    body: JSON.stringify({ __type: type, message: `${type}!` }),
  };
}

/** An error as S3 tells it. */
export function xmlError(code: string, status: number): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}!</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

/** The operation of a service that speaks AWS JSON: `AmazonSQS.SendMessage`. */
export function jsonOperation(prefix: string, headers: Call['headers']): string | undefined {
  const target = headers['x-amz-target'];
  return typeof target === 'string' && target.startsWith(`${prefix}.`) ? target.slice(prefix.length + 1) : undefined;
}
