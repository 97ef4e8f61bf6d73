import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createJenkins, type JenkinsOptions } from '../../../functions/fleet/adapters/jenkins';
import type { BuildRequest, BuildStatus, BuildTrace, Jenkins } from '../../../functions/fleet/ports/jenkins';
import { driveBuild, type Driven } from '../../support/drive-build';

export const token = '11d3adbeef0123456789abcdef01234567';
export const user = 'svc-muster';

export interface Hit {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly form: URLSearchParams;
}

export interface Answering {
  status?: number;
  headers?: Record<string, string>;
  body?: string | object;
}
export interface Writing {
  write: (response: http.ServerResponse) => void;
}
/** `reset`: the connection breaks without an answer. `hang`: nothing comes. */
export type Reply = Answering | Writing | 'reset' | 'hang';
type Override = (hit: Hit) => Reply | undefined;

export interface ScriptedItem {
  id: string;
  parameters?: Record<string, string>;
  fields?: object;
}
export interface ScriptedBuild {
  number: number;
  queueId?: string;
  parameters?: Record<string, string>;
  causes?: string[];
  fields?: object;
}

/** A job's page, the queue and the builds as plain data; `on` puts any answer before them. Ids are written as numbers. */
export class ScriptedJenkins {
  readonly hits: Hit[] = [];
  jobPath = '/job/platform/job/deploy';
  context = '';
  job: object = {
    _class: 'org.jenkinsci.plugins.workflow.job.WorkflowJob',
    buildable: true,
    nextBuildNumber: 7,
    property: [
      {},
      null,
      {
        parameterDefinitions: [
          { name: 'HOST', type: 'StringParameterDefinition' },
          { name: 'ENV', type: 'ChoiceParameterDefinition', choices: ['staging', 'production'] },
          { name: 'DRY', type: 'BooleanParameterDefinition' },
          { name: 'REQUEST_ID', type: 'StringParameterDefinition' },
        ],
      },
    ],
  };
  items: ScriptedItem[] = [];
  /** Items that have left the queue but are still remembered under their id. */
  left: ScriptedItem[] = [];
  builds: ScriptedBuild[] = [];
  log = 'line one\nline two\n';
  nextId = '41';
  /** What a POST answers, after its item was added to the queue. */
  accepted: (id: string) => Reply = (id) => ({
    status: 201,
    headers: { Location: `${this.base}/queue/item/${id}/` },
  });
  readonly #server: http.Server;
  readonly #sockets = new Set<Socket>();
  readonly #overrides: Override[] = [];

  constructor(tls?: { key: string; cert: string }) {
    const listener: http.RequestListener = (request, response) => void this.#take(request, response);
    this.#server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener);
    this.#server.on('connection', (socket: Socket) => this.#sockets.add(socket));
    this.scheme = tls === undefined ? 'http' : 'https';
  }
  readonly scheme: string;

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
  get origin(): string {
    return `${this.scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  get base(): string {
    return this.origin + this.context;
  }
  get posts(): Hit[] {
    return this.hits.filter(({ method }) => method === 'POST');
  }
  count(path: RegExp): number {
    return this.hits.filter((hit) => path.test(hit.path)).length;
  }

  /** Answers requests of this method and path with `reply`, `times` times (for ever). The latest goes first. */
  on(method: string, path: RegExp, reply: Reply | ((hit: Hit) => Reply | undefined), times = Infinity): void {
    let left = times;
    this.#overrides.unshift((hit) => {
      if (left <= 0 || hit.method !== method || !path.test(hit.path)) return undefined;
      left -= 1;
      return typeof reply === 'function' ? reply(hit) : reply;
    });
  }

  /** Takes an item out of the queue and makes a build of it. */
  startBuild(id: string, number: number, fields: object = {}): ScriptedBuild {
    const item = this.items.find((queued) => queued.id === id)!;
    this.items = this.items.filter((queued) => queued !== item);
    this.left.push({
      ...item,
      fields: { cancelled: false, executable: { number, url: `http://else/job/x/${number}/` } },
    });
    const build: ScriptedBuild = { number, queueId: id, parameters: item.parameters ?? {}, fields };
    this.builds.unshift(build);
    return build;
  }

  async #take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', this.origin);
    const hit: Hit = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      form: new URLSearchParams(Buffer.concat(chunks).toString()),
    };
    this.hits.push(hit);
    this.#reply(
      response,
      this.#overrides.map((over) => over(hit)).find((reply) => reply !== undefined) ?? this.#own(hit),
    );
  }

  #reply(response: http.ServerResponse, reply: Reply): void {
    if (reply === 'hang') return;
    if (reply === 'reset') {
      (response.socket as Socket & { resetAndDestroy(): void }).resetAndDestroy();
      return;
    }
    if ('write' in reply) {
      reply.write(response);
      return;
    }
    const { status = 200, headers = {}, body = '' } = reply;
    const json = typeof body === 'object';
    response.writeHead(status, {
      ...(json && { 'Content-Type': 'application/json', 'X-Jenkins': '2.541.1' }),
      ...headers,
    });
    response.end(json ? toJson(body) : body);
  }

  #own({ method, path, form, query }: Hit): Reply {
    const inside = path.startsWith(this.context) ? path.slice(this.context.length) : '/outside';
    if (inside === '/queue/api/json') return { body: { items: this.items.map((item) => this.#item(item)) } };
    const id = /^\/queue\/item\/(\d+)\/api\/json$/.exec(inside)?.[1];
    const item = [...this.items, ...this.left].find((one) => one.id === id);
    if (item !== undefined) return { body: this.#item(item) };
    if (!inside.startsWith(`${this.jobPath}/`)) return notFound;
    const rest = inside.slice(this.jobPath.length);
    if (method === 'POST' && rest === '/buildWithParameters') {
      this.items.push({ id: this.nextId, parameters: Object.fromEntries(form) });
      return this.accepted(this.nextId);
    }
    if (rest === '/api/json' && (query.get('tree') ?? '').startsWith('buildable')) return { body: this.job };
    if (rest === '/api/json') return { body: { builds: this.builds.map(toBuild), allBuilds: [] } };
    const [, number, page] = /^\/(\d+)\/(.*)$/.exec(rest) ?? [];
    const build = this.builds.find((one) => String(one.number) === number);
    if (build === undefined) return notFound;
    if (page === 'api/json') return { body: toBuild(build) };
    if (page === 'logText/progressiveText') return this.#log(Number(query.get('start')));
    return notFound;
  }

  #log(start: number): Reply {
    const bytes = Buffer.from(this.log);
    const write = (response: http.ServerResponse): void => {
      response.writeHead(200, { 'Content-Type': 'text/plain', 'X-Text-Size': String(bytes.length) });
      response.end(bytes.subarray(start > bytes.length ? 0 : start));
    };
    return { write };
  }

  #item({ id, parameters, fields }: ScriptedItem): object {
    return {
      _class: 'hudson.model.Queue$WaitingItem',
      id: exact(id),
      url: `queue/item/${id}/`,
      why: 'Finished waiting',
      task: { name: 'deploy', url: `http://ci.internal:8080${this.jobPath}/` },
      actions: [{}, null, ...given(parameters)],
      ...fields,
    };
  }
}

function toBuild({ number, queueId, parameters, causes = [], fields }: ScriptedBuild): object {
  return {
    number,
    queueId: queueId === undefined ? -1 : exact(queueId),
    building: true,
    result: null,
    duration: 0,
    estimatedDuration: -1,
    timestamp: 0,
    actions: [{}, null, ...given(parameters), { causes: causes.map((_class) => ({ _class })) }],
    ...fields,
  };
}

function given(parameters: Record<string, string> | undefined): object[] {
  if (parameters === undefined) return [];
  return [{ parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })) }];
}

const notFound: Reply = {
  status: 404,
  headers: { 'X-Jenkins': '2.541.1' },
  body: '<html><title>Not Found</title></html>',
};

/** An id as JSON has it: a number with all its digits, which only a marker can carry through JSON.stringify. */
function exact(id: string): string {
  return `#exact ${id}`;
}
function toJson(value: object): string {
  return JSON.stringify(value).replace(/"#exact (\d+)"/g, '$1');
}

export class HandClock {
  ms = Date.parse('2026-03-01T12:00:00.000Z');
  now(): Date {
    return new Date(this.ms);
  }
  pass(seconds: number): void {
    this.ms += seconds * 1000;
  }
}

export const request: BuildRequest = {
  job: 'platform/deploy',
  parameters: { HOST: 'web-03', ENV: 'staging' },
  correlation: { parameter: 'REQUEST_ID', value: 'launch-1-deploy-1' },
};
export const ours = { ...request.parameters, REQUEST_ID: 'launch-1-deploy-1' };
export const others = { ...ours, REQUEST_ID: 'launch-2-deploy-1' };

/** A client with a clock in hand and a trace in memory. */
export class Bench {
  readonly clock = new HandClock();
  readonly saved: BuildTrace[] = [];
  readonly jenkins: Jenkins;
  trace: BuildTrace | undefined;

  constructor(
    readonly server: ScriptedJenkins,
    options: Partial<JenkinsOptions> = {},
  ) {
    const { clock } = this;
    this.jenkins = createJenkins({
      url: server.base,
      credentials: { user, token },
      clock,
      requestTimeoutMs: 2_000,
      ...options,
    });
  }

  readonly save = async (trace: BuildTrace): Promise<void> => {
    this.trace = structuredClone(trace);
    this.saved.push(this.trace);
  };

  async advance(wanted = request): Promise<BuildStatus> {
    return await this.jenkins.advance(wanted, this.trace, this.save);
  }
  /** The error of a call that must fail. */
  async failing(wanted = request): Promise<Error & { cause?: unknown }> {
    return await this.advance(wanted).then(
      (status) => Promise.reject(new Error(`it did not fail: ${JSON.stringify(status)}`)),
      (error: unknown) => error as Error,
    );
  }
  async later(seconds: number, wanted = request): Promise<BuildStatus> {
    this.clock.pass(seconds);
    return await this.advance(wanted);
  }
  async drive(pause: () => void = () => undefined, limit = 40): Promise<Driven> {
    return await driveBuild(this.jenkins, request, {
      limit,
      pause: () => {
        this.clock.pass(6);
        pause();
      },
      ...(this.trace !== undefined && { trace: this.trace }),
    });
  }
}
