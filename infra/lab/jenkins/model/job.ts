import { BuildRecord, type ItemOfBuild } from './build-record';
import { checkJob } from './check-definition';
import type { JobDefinition, ParameterDefinition } from './definitions';

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

  get concurrent(): boolean {
    return this.#definition.concurrentBuild !== false;
  }

  get running(): BuildRecord | undefined {
    return this.builds.find((build) => build.inProgress);
  }

  find(number: number): BuildRecord | undefined {
    return this.#byNumber.get(number);
  }

  create(item: ItemOfBuild, options: { parametersAfterMs: number; now: () => number }): BuildRecord {
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

  /** Whether it has a build discarder of any kind. */
  get discards(): boolean {
    const { numToKeep, daysToKeep, artifactNumToKeep, artifactDaysToKeep } = this.#definition;
    return [numToKeep, daysToKeep, artifactNumToKeep, artifactDaysToKeep].some((limit) => limit !== undefined);
  }

  /**
   * Drops old builds as the job's limits ask, as Jenkins does whenever a build ends; running ones, the last success
   * (which may be UNSTABLE) and the last stable build stay (FACTS.md, 4).
   */
  discard(now: number): void {
    const { numToKeep = Infinity, daysToKeep = Infinity } = this.#definition;
    if (numToKeep === Infinity && daysToKeep === Infinity) return;
    const oldest = now - daysToKeep * 86_400_000;
    const stable = this.builds.find((build) => !build.inProgress && build.result === 'SUCCESS');
    const good = this.builds.find((build) => !build.inProgress && ['SUCCESS', 'UNSTABLE'].includes(build.result ?? ''));
    this.keep(
      (build, index) =>
        (index < numToKeep && build.startedAt >= oldest) || build.inProgress || build === stable || build === good,
    );
  }

  /** Takes away every other build, for which Jenkins then knows nothing at all. */
  keep(stays: (build: BuildRecord, index: number) => boolean): void {
    const kept = new Set(this.builds.filter(stays));
    for (const build of this.builds) if (!kept.has(build)) this.#byNumber.delete(build.number);
    this.builds.splice(0, this.builds.length, ...kept);
  }
}

/** Every folder level is a `job/<name>` of its own in a URL. */
export function jobPath(name: string): string {
  return name
    .split('/')
    .map((segment) => `job/${encodeURIComponent(segment)}/`)
    .join('');
}
