import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { randomStream } from '../../../infra/lab/kernel/random';
import {
  createJenkinsStandIn,
  type HttpRequest,
  type HttpResponse,
  type JenkinsStandIn,
  type JobDefinition,
  type StandInOptions,
} from '../../../infra/lab/jenkins';
import type { Random } from '../../../functions/shared/random';

/** The same numbers for the same seed. */
export function seeded(seed = 1): Random {
  return randomStream('test', seed);
}

export const deploy: JobDefinition = {
  name: 'web/deploy',
  parameters: [{ name: 'ID' }, { name: 'COLOR', type: 'choice', choices: ['green', 'blue'] }],
  behaviour: { durationMs: 10_000 },
};

/** 5 s of quiet period and three short steps: after this the first build is there with its parameters. */
export const takenOffMs = 5400;

/** A stand-in without log-in unless told, and short ways to ask it. Every step goes through `handle`. */
export class Lab {
  readonly clock = new VirtualClock();
  readonly jenkins: JenkinsStandIn;

  constructor(options: Partial<StandInOptions> = {}) {
    this.jenkins = createJenkinsStandIn({ clock: this.clock, random: seeded(), jobs: [deploy], ...options });
  }

  request(request: HttpRequest): HttpResponse {
    const response = this.jenkins.handle({ ...request, headers: { host: 'jenkins.lab', ...request.headers } });
    if (typeof response === 'string') throw new TypeError(`expected an answer, got ${response}`);
    return response;
  }

  get(target: string, headers: Record<string, string> = {}): HttpResponse {
    const [path = '', query] = target.split('?');
    return this.request({ method: 'GET', path, headers, ...(query === undefined ? {} : { query }) });
  }

  post(
    target: string,
    form: Record<string, string> | [string, string][] = {},
    headers: Record<string, string> = {},
  ): HttpResponse {
    const [path = '', query = ''] = target.split('?');
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(form).toString();
    return this.request({ method: 'POST', path, query, headers: { ...type, ...headers }, body });
  }

  /** Asks `…/api/json`; numbers as JavaScript reads them. */
  json(path: string, tree?: string): Json {
    const response = this.get(`${path}/api/json${tree === undefined ? '' : `?tree=${encodeURIComponent(tree)}`}`);
    if (response.status !== 200) throw new TypeError(`${path}: status ${response.status}`);
    return JSON.parse(response.body) as Json;
  }

  trigger(id = 'a', more: Record<string, string> = {}, job = '/job/web/job/deploy'): HttpResponse {
    return this.post(`${job}/buildWithParameters`, { ID: id, ...more });
  }

  item(id: string | number = 1): Json {
    return this.json(`/queue/item/${id}`);
  }

  build(number = 1): Json {
    return this.json(`/job/web/job/deploy/${number}`);
  }
}

/** What `api/json` answers, as far as tests look into it. */
export interface Json {
  readonly _class: string;
  readonly url: string;
  readonly name: string;
  readonly number: number;
  readonly params: string;
  readonly why: string | null;
  readonly stuck: boolean;
  readonly cancelled: boolean;
  readonly building: boolean;
  readonly result: string | null;
  readonly queueId: number;
  readonly duration: number;
  readonly timestamp: number;
  readonly inQueueSince: number;
  readonly quietingDown: boolean;
  readonly value: unknown;
  readonly executable: Json;
  readonly items: readonly Json[];
  readonly jobs: readonly Json[];
  readonly builds: readonly Json[];
  readonly allBuilds: readonly Json[];
  readonly actions: readonly Json[];
  readonly causes: readonly Json[];
  readonly parameters: readonly Json[];
}

/** Name and message of what `run` throws. */
export function failure(run: () => unknown): { name: string; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return { name: error.name, message: error.message };
  }
  return { name: 'nothing was thrown', message: '' };
}
