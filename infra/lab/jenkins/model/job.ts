import { BuildRecord } from './build-record';
import { checkJob } from './check-definition';
import type { JobDefinition, ParameterDefinition, Result } from './definitions';
import type { QueueItem } from './queue-item';

/** A job and its builds. */
export class Job {
  readonly name: string;
  /** `job/platform/job/deploy-web/` */
  readonly path: string;
  /** Newest first, as Jenkins lists them. */
  readonly builds: BuildRecord[] = [];
  nextNumber: number;
  readonly #byNumber = new Map<number, BuildRecord>();
  #definition: JobDefinition;

  constructor(definition: JobDefinition) {
    this.#definition = checkJob(definition);
    this.name = definition.name;
    this.path = jobPath(definition.name);
    this.nextNumber = definition.firstNumber ?? 1;
  }

  get definition(): JobDefinition {
    return this.#definition;
  }

  update(change: Partial<JobDefinition>): void {
    this.#definition = checkJob({ ...this.#definition, ...change, name: this.name });
  }

  get parameters(): readonly ParameterDefinition[] {
    return this.#definition.parameters ?? [];
  }

  get pipeline(): boolean {
    return this.#definition.pipeline === true;
  }

  get buildable(): boolean {
    return this.#definition.disabled !== true;
  }

  /** Whether it has a build discarder. */
  get discards(): boolean {
    return this.#definition.numToKeep !== undefined || this.#definition.daysToKeep !== undefined;
  }

  get concurrent(): boolean {
    return this.#definition.concurrentBuild !== false;
  }

  get running(): BuildRecord | undefined {
    return this.builds.find((build) => build.inProgress);
  }

  find(number: number): BuildRecord | undefined {
    return this.#byNumber.get(number);
  }

  create(item: QueueItem, options: { parametersAfterMs: number; now: () => number }): BuildRecord {
    const build = new BuildRecord(this, item, { ...options, number: this.nextNumber++ });
    this.builds.unshift(build);
    this.#byNumber.set(build.number, build);
    return build;
  }

  /** The average of the newest (at most three) successful builds, or the configured guess, or -1. */
  estimatedMs(): number {
    const good: BuildRecord[] = [];
    for (const build of this.builds) {
      if (!build.inProgress && build.result === 'SUCCESS') good.push(build);
      if (good.length === 3) break;
    }
    if (good.length === 0) return this.#definition.estimatedMs ?? -1;
    return Math.round(good.reduce((sum, build) => sum + build.durationMs, 0) / good.length);
  }

  /**
   * Drops old builds as `numToKeep` and `daysToKeep` ask, after any build of the job has ended; running ones, the last
   * success and the last stable build stay (facts, section 4). The last success may be UNSTABLE.
   */
  discard(now: number): void {
    const { numToKeep = Number.POSITIVE_INFINITY, daysToKeep } = this.#definition;
    const since = daysToKeep === undefined ? Number.NEGATIVE_INFINITY : now - daysToKeep * 86_400_000;
    const newest = (...results: Result[]): BuildRecord | undefined =>
      this.builds.find((build) => !build.inProgress && build.result !== null && results.includes(build.result));
    const good = [newest('SUCCESS', 'UNSTABLE'), newest('SUCCESS')];
    this.keepOnly((build, at) => {
      const asked = at < numToKeep && build.startedAt >= since;
      return asked || build.inProgress || good.includes(build);
    });
  }

  keepOnly(keeps: (build: BuildRecord, at: number) => boolean): void {
    this.replaceBuilds(this.builds.filter(keeps));
  }

  /** Other records than before, newest first: as after a disk was put back. */
  replaceBuilds(builds: readonly BuildRecord[]): void {
    this.builds.splice(0, this.builds.length, ...builds);
    this.#byNumber.clear();
    for (const build of builds) this.#byNumber.set(build.number, build);
  }
}

/** Every folder level is a `job/<name>` of its own in a URL. */
export function jobPath(name: string): string {
  return name
    .split('/')
    .map((segment) => `job/${encodeURIComponent(segment)}/`)
    .join('');
}
