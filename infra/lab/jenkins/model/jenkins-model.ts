import { NamedError } from '../../../../functions/shared/named-error';
import type { Random } from '../../../../functions/shared/random';
import type { LabClock } from '../../clock';
import { Autosave } from './autosave';
import { BuildRun } from './build-run';
import type { BuildRecord } from './build-record';
import { replayed, type Cause } from './cause';
import type { JobDefinition } from './definitions';
import { Dispatcher, type TakeOff } from './dispatcher';
import { Events } from './events';
import { Job } from './job';
import { asRecord, type ParameterValue } from './parameter-values';
import { Queue, type SavedQueue } from './queue';
import { QueueIds } from './queue-ids';
import type { QueueItem } from './queue-item';

export interface ModelOptions {
  readonly clock: LabClock;
  readonly random: Random;
  readonly executors: number;
  readonly quietPeriodMs: number;
  readonly largeIds: boolean;
  readonly takeOff: TakeOff;
}

/** What is not there any more when Jenkins is back. */
export interface Losses {
  /**
   * Records of builds: of running freestyle builds, of all that run, or of every build there was. A number that was
   * given out is not given out again.
   */
  readonly records?: 'none' | 'freestyle' | 'running' | 'all';
  /** `queue.xml`: the queue is empty, and its ids begin at 1 again. */
  readonly queue?: boolean;
}

/** A copy of Jenkins' home: the queue, and of each job its records and its next number. */
export interface Backup {
  readonly queue: SavedQueue;
  readonly jobs: readonly { job: Job; nextNumber: number; builds: readonly BuildRecord[] }[];
}

const nothingSaved: SavedQueue = { ids: new Set(), counter: 0 };

/** Jenkins without HTTP: jobs, the queue, executors and builds, on the lab's clock. */
export class JenkinsModel {
  readonly clock: LabClock;
  readonly events = new Events();
  readonly queue: Queue;
  readonly dispatcher: Dispatcher;
  readonly #options: ModelOptions;
  readonly #autosave: Autosave;
  readonly #jobs = new Map<string, Job>();
  readonly #runs = new Map<BuildRecord, BuildRun>();

  constructor(options: ModelOptions) {
    this.#options = options;
    this.clock = options.clock;
    const now = (): number => options.clock.millis();
    this.queue = new Queue(new QueueIds({ large: options.largeIds ? options.random : undefined }), now);
    this.#autosave = new Autosave(options.clock, this.queue);
    this.dispatcher = new Dispatcher({
      ...options,
      queue: this.queue,
      launch: (item) => this.#launch(item),
      moved: () => this.#autosave.changed(),
    });
  }

  get jobs(): Job[] {
    return [...this.#jobs.values()];
  }

  findJob(name: string): Job | undefined {
    return this.#jobs.get(name);
  }

  /** @throws NamedError `UnknownJob` */
  job(name: string): Job {
    const job = this.#jobs.get(name);
    if (job !== undefined) return job;
    throw new NamedError('UnknownJob', `no job "${name}": there is ${[...this.#jobs.keys()].join(', ') || 'none'}`, {
      fault: 'bug',
    });
  }

  addJob(definition: JobDefinition): Job {
    if (this.#jobs.has(definition.name)) {
      throw new NamedError('InvalidJob', `job "${definition.name}" is there already: use updateJob`, { fault: 'bug' });
    }
    const job = new Job(definition);
    this.#jobs.set(job.name, job);
    return job;
  }

  /** Disabling a job cancels what it has in the queue, except what an executor has taken already. */
  updateJob(name: string, change: Partial<JobDefinition>): void {
    const job = this.job(name);
    job.update(change);
    const waiting = this.queue.live().filter((item) => item.job === job && item.mergeable);
    if (!job.buildable) for (const item of waiting) this.cancel(item);
    this.dispatcher.changed();
  }

  /** `undefined`: a queue decision handler has refused it. */
  schedule(
    job: Job,
    values: readonly ParameterValue[],
    cause: Cause,
    delayMs = job.definition.quietPeriodMs ?? this.#options.quietPeriodMs,
  ): { item: QueueItem; created: boolean } | undefined {
    if (job.definition.refuses?.(asRecord(values))) return undefined;
    const scheduled = this.queue.schedule(job, values, cause, delayMs);
    this.#autosave.changed();
    this.dispatcher.changed();
    if (scheduled.created) this.events.queued(scheduled.item);
    return scheduled;
  }

  /** Builds it again with the same parameters, as the Replay button does. */
  replay(build: BuildRecord): void {
    this.schedule(this.job(build.job), build.values, replayed(build.number), 0);
  }

  /** Whether it could be cancelled: once an executor has it, it cannot. */
  cancel(item: QueueItem): boolean {
    if (!item.mergeable) return false;
    this.queue.leave(item, { cancelled: true });
    this.#autosave.changed();
    this.dispatcher.changed();
    return true;
  }

  /** Does nothing to a build that has ended. */
  stop(build: BuildRecord, by: string): void {
    this.#runs.get(build)?.stop(`Aborted by ${by}`);
  }

  kill(build: BuildRecord): void {
    this.#runs.get(build)?.end('ABORTED', 'Hard kill!');
  }

  quietDown(quieting: boolean): void {
    this.dispatcher.quieting = quieting;
    this.dispatcher.changed();
  }

  /**
   * The process ends. On a clean way down the queue is saved and freestyle builds are interrupted; in a crash the
   * queue falls back to what was saved last. Pipelines go on later, under their numbers.
   */
  shutDown(how: { crash: boolean; loses: Losses }): void {
    this.dispatcher.halt(how);
    this.#lose(how.loses.records ?? 'none');
    for (const run of [...this.#runs.values()]) {
      if (run.job.pipeline || how.crash) run.suspend();
      else run.end('ABORTED', 'Aborted by shutdown of Jenkins');
    }
    if (!how.crash) this.#autosave.save();
    this.#autosave.forget();
    this.queue.restore(how.loses.queue === true ? nothingSaved : this.#autosave.saved);
    this.queue.forgetLeft();
  }

  /** What a backup of Jenkins' home holds now. */
  backup(): Backup {
    const jobs = this.jobs.map((job) => ({ job, nextNumber: job.nextNumber, builds: [...job.builds] }));
    return { queue: this.queue.snapshot(), jobs };
  }

  /** While it is down: puts a backup in place of what there is. What has begun since is as if it had never been. */
  restore({ queue, jobs }: Backup): void {
    this.queue.restore(queue);
    for (const { job, nextNumber, builds } of jobs) {
      for (const run of this.#runsOf(job)) if (run.build.number >= nextNumber) this.#drop(run);
      job.nextNumber = nextNumber;
      job.replaceBuilds(builds);
    }
  }

  startUp(): void {
    this.dispatcher.quieting = false;
    for (const run of [...this.#runs.values()]) {
      if (run.job.pipeline) run.resume();
      else run.end('FAILURE', 'Jenkins went down while this was running');
    }
    this.dispatcher.resume();
  }

  #launch(item: QueueItem): boolean {
    const { job } = item;
    if (!job.buildable) return false;
    const build = job.create(item, {
      parametersAfterMs: this.#options.takeOff.noParametersMs,
      now: () => this.clock.millis(),
    });
    item.build = build;
    const run = new BuildRun(job, build, { ...this.#options, ended: () => this.#ended(job, build) });
    this.#runs.set(build, run);
    this.events.started(build);
    run.resume();
    return true;
  }

  #lose(records: NonNullable<Losses['records']>): void {
    for (const run of [...this.#runs.values()]) {
      if (records === 'running' || records === 'all' || (records === 'freestyle' && !run.job.pipeline)) this.#drop(run);
    }
    if (records === 'all') for (const job of this.jobs) job.replaceBuilds([]);
  }

  /** A build ends without an end: its record is gone, and its number stays taken. */
  #drop(run: BuildRun): void {
    run.suspend();
    this.#runs.delete(run.build);
    run.job.keepOnly((build) => build !== run.build);
    this.dispatcher.freed();
  }

  #runsOf(job: Job): BuildRun[] {
    return [...this.#runs.values()].filter((run) => run.job === job);
  }

  #ended(job: Job, build: BuildRecord): void {
    this.#runs.delete(build);
    job.discard(this.clock.millis());
    this.dispatcher.freed();
    this.events.finished(build);
  }
}
