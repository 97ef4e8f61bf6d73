import { NamedError } from '../../../functions/shared/named-error';
import type { Random } from '../../../functions/shared/random';
import type { LabClock } from '../kernel/clock';
import { Access } from './api/access';
import { Authentication, type Credentials } from './api/authentication';
import { Availability } from './api/availability';
import { coreFeatures } from './api/core-version';
import { Faults } from './api/faults';
import { handle, type HandlerParts } from './api/handler';
import type { HttpRequest, Response } from './api/messages';
import { PostCounts, type PostCount } from './api/post-counts';
import type { Build, JobDefinition } from './model/definitions';
import type { TakeOff } from './model/dispatcher';
import type { EventMap } from './model/events';
import { JenkinsModel, type Backup } from './model/jenkins-model';
import { StandInServer } from './server';

export interface StandInOptions {
  readonly clock: LabClock;
  readonly random: Random;
  readonly jobs: readonly JobDefinition[];
  /** 2 unless told. */
  readonly executors?: number;
  /** How long a request without `delay` waits at least: 5 s unless told, as in Jenkins. */
  readonly quietPeriodMs?: number;
  /** Without these, no log-in and no crumb is needed. */
  readonly credentials?: Credentials;
  /** Lets a person open pages in a browser without logging in; no unless told. Posting always takes credentials. */
  readonly anonymousRead?: boolean;
  /** Which release it behaves like: 2.579 unless told. 2.200 merges with 201 and cancels with 302. */
  readonly coreVersion?: string;
  /** Queue ids of 63 bits, as CloudBees CI has them. */
  readonly largeIds?: boolean;
  /** The configured "Jenkins URL", that `url` fields start with: what the client called unless told. */
  readonly rootUrl?: string;
  /** What `Location` starts with (`http://internal:8080`): what the client called unless told. */
  readonly locationOrigin?: string;
  /** Where Jenkins lives on its server: '' unless told, else like `/jenkins`. */
  readonly contextPath?: string;
  /** The short steps of a starting build: 100 ms each unless told. */
  readonly takeOff?: Partial<TakeOff>;
}

/** What may go with a Jenkins that goes down, cleanly or not. */
export interface OutageOptions {
  /** Refuses connections at first, for so long. */
  readonly refusedForMs: number;
  /** The records of builds that were going on are gone when it is back, as of a real 2.289 after a kill: 404 for ever. */
  readonly losesBuilds: 'freestyle' | 'all';
  /** The queue is empty, and its ids start again at 1. */
  readonly losesQueue: boolean;
}

/** A Jenkins for the lab. See SPEC.md for what it models and what it leaves out. */
export class JenkinsStandIn {
  /** Faults on single requests. */
  readonly faults: Faults;
  /** What the user may do. */
  readonly access = new Access();
  readonly #model: JenkinsModel;
  readonly #parts: HandlerParts;
  readonly #posts = new PostCounts();
  readonly #server: StandInServer;
  readonly #contextPath: string;

  constructor(options: StandInOptions) {
    const { clock, random, contextPath = '', rootUrl } = options;
    if (contextPath !== '' && !/^(\/[^/]+)+$/.test(contextPath)) {
      throw invalid(`contextPath is '' or like /jenkins, got "${contextPath}"`);
    }
    this.#contextPath = contextPath;
    this.#model = createModel(options);
    this.faults = new Faults(clock, random);
    const availability = new Availability(clock);
    this.#parts = {
      availability,
      faults: this.faults,
      authentication: new Authentication({
        random,
        credentials: options.credentials,
        anonymousRead: options.anonymousRead ?? false,
      }),
      site: {
        random,
        contextPath,
        model: this.#model,
        core: coreFeatures(options.coreVersion ?? '2.579'),
        access: this.access,
        posts: this.#posts,
        rootUrl: rootUrl && `${rootUrl.replace(/\/+$/, '')}/`,
        locationOrigin: options.locationOrigin?.replace(/\/+$/, ''),
      },
    };
    this.#server = new StandInServer((request) => this.handle(request), availability, clock);
  }

  /** Answers a request without a socket: everything that the server does is in here. */
  handle(request: HttpRequest): Response {
    return handle(this.#parts, request);
  }

  /** Serves it on this machine; a free port unless told. Returns the base URL, without a slash at its end. */
  async start(port = 0): Promise<string> {
    return (await this.#server.start(port)) + this.#contextPath;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Newest first. Each shows how it is *now*, also later. @throws NamedError `UnknownJob` */
  builds(job: string): readonly Build[] {
    return this.#model.job(job).builds;
  }

  /** How many requests to build the job have come in, and what became of them. */
  posts(job: string): PostCount {
    return this.#posts.of(this.#model.job(job).name);
  }

  /** Returns how to stop listening. */
  on<Name extends keyof EventMap>(event: Name, listener: EventMap[Name]): () => void {
    return this.#model.events.on(event, listener);
  }

  addJob(definition: JobDefinition): void {
    this.#model.addJob(definition);
  }

  /** Changes what is given and keeps the rest; running builds continue as they began. */
  updateJob(name: string, change: Partial<Omit<JobDefinition, 'name'>>): void {
    this.#model.updateJob(name, change);
  }

  setExecutors(count: number): void {
    this.#model.dispatcher.executors = count;
    this.#model.dispatcher.changed();
  }

  /** Builds it again with the same parameters, also the one that the client recognizes its request by. */
  replay(job: string, number: number): void {
    const build = this.#model.job(job).find(number);
    if (build === undefined) throw invalid(`there is no ${job} #${number} to replay`);
    this.#model.replay(build);
  }

  /** As an operator who prepares a shut-down: requests are accepted and wait. A restart ends it. */
  quietDown(quieting = true): void {
    this.#model.quietDown(quieting);
  }

  /** A clean restart: the queue and its ids stay, left items go, pipelines continue, freestyle builds are aborted. */
  restart(options: { downForMs: number } & Partial<OutageOptions>): void {
    this.#goDown({ ...options, crash: false });
  }

  /** `kill -9`: up to 60 s of the queue are lost and their ids given out again; freestyle builds come back as FAILURE. */
  crash(options: { downForMs?: number } & Partial<OutageOptions> = {}): void {
    this.#goDown({ downForMs: 60_000, ...options, crash: true });
  }

  /** What a backup made now would hold; `restore` goes back to it. */
  backup(): Backup {
    return this.#model.backup();
  }

  /** Jenkins is set up again from a backup: later builds and the queue are gone, numbers and queue ids come again. */
  restore(backup: Backup, options: { downForMs?: number } = {}): void {
    this.#goDown({ downForMs: 60_000, ...options, crash: true });
    this.#model.restore(backup);
  }

  /** The way to Jenkins is broken, by the network or a proxy in front; Jenkins itself continues. */
  outage(options: { forMs?: number; kind: 'refused' | 502 | 503 | 504 }): void {
    this.#parts.availability.cutOff(options.kind, options.forMs ?? Number.POSITIVE_INFINITY);
  }

  endOutage(): void {
    this.#parts.availability.restore();
  }

  #goDown(options: { downForMs: number; crash: boolean } & Partial<OutageOptions>): void {
    if (options.losesBuilds !== undefined) this.#model.loseRunning(options.losesBuilds);
    this.#model.shutDown(options);
    if (options.losesQueue === true) this.#model.loseQueue();
    this.#parts.authentication.forgetSessions();
    const times = { forMs: options.downForMs, refusedForMs: options.refusedForMs ?? 0 };
    this.#parts.availability.down(times, () => this.#model.startUp());
  }
}

function createModel(options: StandInOptions): JenkinsModel {
  const { executors = 2, quietPeriodMs = 5000 } = options;
  if (!(executors >= 0)) throw invalid(`executors must be 0 or more, got ${executors}`);
  if (!(quietPeriodMs >= 0)) throw invalid(`quietPeriodMs must be 0 or more, got ${quietPeriodMs}`);
  const takeOff = { pendingMs: 100, noBuildMs: 100, noParametersMs: 100, ...options.takeOff };
  const model = new JenkinsModel({
    ...options,
    executors,
    quietPeriodMs,
    takeOff,
    largeIds: options.largeIds ?? false,
  });
  for (const job of options.jobs) model.addJob(job);
  return model;
}

function invalid(message: string): NamedError<'InvalidOption'> {
  return new NamedError('InvalidOption', message, { fault: 'bug' });
}
