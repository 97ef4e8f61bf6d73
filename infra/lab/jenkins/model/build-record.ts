import { BuildLog, withoutNotes } from './build-log';
import type { Cause } from './cause';
import type { Build, BuildResult } from './definitions';
import { asRecord, type ParameterValue } from './parameter-values';

/** What a build knows of its job. */
interface JobOfBuild {
  readonly name: string;
  readonly path: string;
  readonly pipeline: boolean;
  estimatedMs(): number;
}

/** What a build takes over from its queue item. */
export type ItemOfBuild = Pick<BuildRecord, 'values' | 'causes'> & { readonly id: string };

/** What `api/json` shows of a build and what can change. */
interface Look extends Pick<BuildRecord, 'result' | 'endedAt' | 'interrupted'> {
  readonly areVisible: boolean;
  readonly isPipeline: boolean;
  readonly rootUrl: string;
}

/** A build: what Jenkins has on disk about it. What happens to it and when is in build-run.ts. */
export class BuildRecord implements Build {
  readonly number: number;
  readonly queueId: string;
  readonly values: readonly ParameterValue[];
  readonly causes: readonly Cause[];
  readonly startedAt: number;
  readonly estimatedMs: number;
  readonly writtenLog: BuildLog;
  /** Jenkins adds the parameters a moment after it has created the build (FACTS.md, 3). */
  readonly parametersFrom: number;
  result: BuildResult | null = null;
  endedAt: number | undefined;
  interrupted = false;
  readonly #job: JobOfBuild;
  readonly #now: () => number;
  #look: Look | undefined;

  constructor(
    job: JobOfBuild,
    item: ItemOfBuild,
    options: { number: number; parametersAfterMs: number; now: () => number },
  ) {
    this.#job = job;
    this.#now = options.now;
    this.number = options.number;
    this.queueId = item.id;
    this.values = item.values;
    this.causes = [...item.causes];
    this.startedAt = options.now();
    this.parametersFrom = this.startedAt + options.parametersAfterMs;
    this.estimatedMs = job.estimatedMs();
    this.writtenLog = new BuildLog(item.causes[0]?.text ?? 'Started');
  }

  get job(): string {
    return this.#job.name;
  }

  get path(): string {
    return `${this.#job.path}${this.number}/`;
  }

  get parameters(): Record<string, string> {
    return asRecord(this.values);
  }

  /** Whether anything of the build still continues. */
  get inProgress(): boolean {
    return this.endedAt === undefined;
  }

  /** A freestyle build with a result is only in post-production, which does not count as building; a pipeline is. */
  get building(): boolean {
    return this.inProgress && (this.#job.pipeline || this.result === null);
  }

  /** 0 while it runs. */
  get durationMs(): number {
    return this.endedAt === undefined ? 0 : this.endedAt - this.startedAt;
  }

  get visibleValues(): readonly ParameterValue[] {
    return this.#areVisible ? this.values : [];
  }

  get #areVisible(): boolean {
    return this.#now() >= this.parametersFrom;
  }

  /** The same object for as long as nothing changes of what `api/json` shows of it under this address. */
  look(isPipeline: boolean, rootUrl: string): object {
    const look = this.#look;
    const isSame =
      look !== undefined &&
      look.result === this.result &&
      look.endedAt === this.endedAt &&
      look.interrupted === this.interrupted &&
      look.areVisible === this.#areVisible &&
      look.isPipeline === isPipeline &&
      look.rootUrl === rootUrl;
    return isSame ? look : (this.#look = this.#lookNow(isPipeline, rootUrl));
  }

  #lookNow(isPipeline: boolean, rootUrl: string): Look {
    const { result, endedAt, interrupted } = this;
    return { result, endedAt, interrupted, areVisible: this.#areVisible, isPipeline, rootUrl };
  }

  get elapsedMs(): number {
    return (this.endedAt ?? this.#now()) - this.startedAt;
  }

  get rawLog(): Buffer {
    return this.writtenLog.raw(this.elapsedMs);
  }

  get log(): string {
    return withoutNotes(this.rawLog.toString());
  }

  write(text: string): void {
    this.writtenLog.write(this.elapsedMs, text);
  }
}
