import type { Random } from '../../../../functions/shared/random';
import type { LabClock, Timer } from '../../kernel/clock';
import type { BuildRecord } from './build-record';
import { checkDuration } from './check-definition';
import type { BuildBehaviour, BuildResult } from './definitions';
import type { Job } from './job';

const defaultDurationMs = 30_000;

/** What a run needs of the world around it. */
export interface RunContext {
  readonly clock: LabClock;
  readonly random: Random;
  readonly ended: (run: BuildRun) => void;
}

/** Takes one build from its start over its result to its end, on the clock. */
export class BuildRun {
  readonly build: BuildRecord;
  readonly job: Job;
  readonly #context: RunContext;
  readonly #behaviour: BuildBehaviour;
  #resultAt: number;
  #endAt: number;
  #forced: BuildResult | undefined;
  #timer: Timer | undefined;

  constructor(job: Job, build: BuildRecord, context: RunContext) {
    this.job = job;
    this.build = build;
    this.#context = context;
    const behaves = job.definition.behaviour ?? {};
    this.#behaviour = typeof behaves === 'function' ? behaves(build, context.random) : behaves;
    const durationMs = this.#duration();
    this.#endAt = build.startedAt + durationMs;
    const lead = this.#behaviour.resultBeforeEndMs ?? (job.pipeline ? 1000 : 0);
    this.#resultAt = Math.max(build.startedAt, this.#endAt - lead);
    build.writtenLog.plan(this.#behaviour.log?.(build, durationMs) ?? [], durationMs);
  }

  /** Continues from wherever it stands; also after a restart, when what fell due meanwhile happens at once. */
  resume(): void {
    const next = this.build.result === null ? this.#resultAt : this.#endAt;
    this.suspend();
    if (!Number.isFinite(next)) return;
    const { clock } = this.#context;
    this.#timer = clock.after(Math.max(0, next - clock.millis()), () => this.#step());
  }

  suspend(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Asks it to end, as `stop` does: it decides itself how soon and with which result. */
  stop(by: string): void {
    if (this.build.interrupted || this.build.result !== null) return;
    const { afterMs = 1000, result = 'ABORTED' } = this.#behaviour.onStop ?? {};
    this.#interrupt(by);
    this.#forced = result;
    this.#resultAt = this.#endAt = this.#context.clock.millis() + afterMs;
    this.resume();
  }

  /** Ends it here and now. */
  end(result: BuildResult, words: string): void {
    if (!this.build.inProgress) return;
    this.#interrupt(words);
    this.build.result ??= result;
    this.#finish();
  }

  #duration(): number {
    const { durationMs = defaultDurationMs } = this.#behaviour;
    const value = typeof durationMs === 'number' ? durationMs : durationMs(this.#context.random, this.build);
    return checkDuration(this.job.name, value);
  }

  #interrupt(words: string): void {
    this.build.interrupted = true;
    this.build.writtenLog.cut(this.build.elapsedMs);
    this.build.write(words);
  }

  #step(): void {
    this.build.result ??= this.#settle();
    if (this.#context.clock.millis() >= this.#endAt) this.#finish();
    else this.resume();
  }

  #settle(): BuildResult {
    if (this.#forced !== undefined) return this.#forced;
    const { result = 'SUCCESS', ending } = this.#behaviour;
    const settled = typeof result === 'function' ? result(this.build) : result;
    for (const line of ending?.(this.build, settled) ?? []) this.build.write(line);
    return settled;
  }

  #finish(): void {
    this.suspend();
    this.build.write(`Finished: ${this.build.result ?? 'NOT_BUILT'}`);
    this.build.endedAt = this.#context.clock.millis();
    this.#context.ended(this);
  }
}
