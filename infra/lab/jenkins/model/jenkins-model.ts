import { NamedError } from '../../../../functions/shared/named-error';
import type { Random } from '../../../../functions/shared/random';
import type { LabClock } from '../../kernel/clock';
import { Autosave } from './autosave';
import { BuildRun } from './build-run';
import type { BuildRecord } from './build-record';
import { replayed, type Cause } from './cause';
import type { JobDefinition } from './definitions';
import { Dispatcher, type TakeOff } from './dispatcher';
import { Events } from './events';
import { Job } from './job';
import { asRecord, type ParameterValue } from './parameter-values';
import { Queue } from './queue';
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

/** By the name of the job. */
export type Backup = ReadonlyMap<string, { readonly builds: ReadonlySet<BuildRecord>; readonly nextNumber: number }>;

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
   * queue falls back to what was saved last. Pipelines continue later, under their numbers.
   */
  shutDown(how: { crash: boolean }): void {
    this.dispatcher.halt(how);
    for (const run of [...this.#runs.values()]) {
      if (run.job.pipeline || how.crash) run.suspend();
      else run.end('ABORTED', 'Aborted by shutdown of Jenkins');
    }
    if (!how.crash) this.#autosave.save();
    this.#autosave.forget();
    this.queue.restore(this.#autosave.saved);
    this.queue.forgetLeft();
  }

  /** The records of builds that had not ended are gone from the disk: of freestyle jobs only, or of all. */
  loseRunning(which: 'freestyle' | 'all'): void {
    for (const run of [...this.#runs.values()]) {
      if (which === 'freestyle' && run.job.pipeline) continue;
      run.suspend();
      this.#forget(run);
    }
  }

  /** What a backup holds: the builds that had ended, and the next number of each job. */
  backup(): Backup {
    return new Map(this.jobs.map((job) => [job.name, { builds: ended(job), nextNumber: job.nextNumber }]));
  }

  /** An older state takes the place of this one: later builds and the queue are gone, numbers and ids come again. */
  restore(backup: Backup): void {
    this.loseRunning('all');
    for (const job of this.jobs) {
      const { builds, nextNumber } = backup.get(job.name) ?? { builds: new Set(), nextNumber: 1 };
      job.keep((build) => builds.has(build));
      job.nextNumber = nextNumber;
    }
    this.loseQueue();
  }

  /** `queue.xml` is gone or cannot be read: nothing is queued, and ids start again at 1. */
  loseQueue(): void {
    this.queue.restore({ ids: new Set(), counter: 0 });
    this.queue.forgetLeft();
    this.#autosave.save();
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

  #forget({ job, build }: BuildRun): void {
    this.#runs.delete(build);
    this.dispatcher.freed();
    job.keep((other) => other !== build);
  }

  #ended(job: Job, build: BuildRecord): void {
    this.#runs.delete(build);
    job.discard(this.clock.millis());
    this.dispatcher.freed();
    this.events.finished(build);
  }
}

function ended(job: Job): Set<BuildRecord> {
  return new Set(job.builds.filter((build) => !build.inProgress));
}
