import type { Random } from '../../../../functions/shared/random';

/** What a build comes to. Plugins add no words of their own; a newer core might. */
export type BuildResult = 'SUCCESS' | 'UNSTABLE' | 'FAILURE' | 'NOT_BUILT' | 'ABORTED';

export type ParameterType = 'string' | 'text' | 'boolean' | 'choice' | 'password';

/** One parameter that a job defines. Jenkins drops all other parameters. */
export interface ParameterDefinition {
  readonly name: string;
  /** `string` unless told. */
  readonly type?: ParameterType;
  readonly description?: string;
  /** What an omitted parameter gets: '' (or `false`, or the first choice) unless told. */
  readonly default?: string;
  /** The allowed values of a `choice`. */
  readonly choices?: readonly string[];
  /** A `string` that Jenkins trims, so that the value it shows may differ from the one that was sent. */
  readonly trim?: boolean;
}

/** A build as the lab's scripts and listeners see it. */
export interface Build {
  /** Full name of the job, folders separated by `/`. */
  readonly job: string;
  readonly number: number;
  /** Id of the queue item that it came from: a string, as ids may have 63 bits. */
  readonly queueId: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  /** In milliseconds since the epoch; undefined until the build has ended. */
  readonly endedAt: number | undefined;
  /** Pipelines may have a result a while before they end. */
  readonly result: BuildResult | null;
  /** What Jenkins exports as `building`. */
  readonly building: boolean;
  /** Of the whole build in milliseconds, -1 when Jenkins has no idea. */
  readonly estimatedMs: number;
  /** Path of the build's page on the server: `job/platform/job/deploy/7/`. */
  readonly path: string;
  /** What has been logged so far, as a person reads it. */
  readonly log: string;
}

/** A request that has entered the queue; one that was merged into another never does. */
export interface QueuedRequest {
  readonly id: string;
  readonly job: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A line, and how long after the build's start it is written. */
export interface LogLine {
  readonly atMs: number;
  readonly text: string;
}

/** How a build goes. Everything is optional: a build takes 30 s and succeeds. */
export interface BuildBehaviour {
  /** From start to end. `Infinity`: until it is stopped, like a pipeline that waits for input. */
  readonly durationMs?: number | ((random: Random, build: Build) => number);
  /** A function is asked when the result is due, not when the build starts. */
  readonly result?: BuildResult | ((build: Build) => BuildResult);
  /** Asked when the build starts. Plain strings are spread evenly over the build. */
  readonly log?: (build: Build, durationMs: number) => readonly (string | LogLine)[];
  /** Lines written when the result is known, just before `Finished: …`. */
  readonly ending?: (build: Build, result: BuildResult) => readonly string[];
  /** How long before its end the build has its result: 1 s for a pipeline, 0 for a freestyle job unless told. */
  readonly resultBeforeEndMs?: number;
  /** What `stop` comes to: ABORTED after 1 s unless told. Pipelines run their `post` blocks first, for minutes maybe. */
  readonly onStop?: { readonly afterMs?: number; readonly result?: BuildResult };
}

/** A behaviour for all builds of a job, or one chosen as each build starts. */
export type BehaviourSource = BuildBehaviour | ((build: Build, random: Random) => BuildBehaviour);

export interface JobDefinition {
  /** Full name, folders separated by `/`; folders need no definition of their own. */
  readonly name: string;
  /** None or an empty list: the job is not parameterized, and `buildWithParameters` answers 400. */
  readonly parameters?: readonly ParameterDefinition[];
  readonly behaviour?: BehaviourSource;
  /** A pipeline survives restarts, and may have a result before it ends. Freestyle unless told. */
  readonly pipeline?: boolean;
  /** Whether two builds of the job may run at a time; yes unless told. */
  readonly concurrentBuild?: boolean;
  readonly disabled?: boolean;
  /** Instead of the server's quiet period, in milliseconds. */
  readonly quietPeriodMs?: number;
  /** What Jenkins estimates before the first success, in milliseconds; -1 (no idea) unless told. */
  readonly estimatedMs?: number;
  /** How many builds are kept; all unless told. */
  readonly numToKeep?: number;
  /** For how many days builds are kept; for ever unless told. */
  readonly daysToKeep?: number;
  /** Only their artifacts are discarded, and the stand-in has none: the job shows a discarder and keeps its builds. */
  readonly artifactNumToKeep?: number;
  readonly artifactDaysToKeep?: number;
  readonly firstNumber?: number;
  /** A QueueDecisionHandler: the request is refused with 302 when it says true. */
  readonly refuses?: (parameters: Readonly<Record<string, string>>) => boolean;
}
