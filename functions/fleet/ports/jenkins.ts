/** A build to have: which job, with what, and the value that makes this request recognizable for ever. */
export interface BuildRequest {
  /** Full name of the job, folders separated by `/`: `platform/deploy-web`. */
  readonly job: string;
  /** What the job is given. Every name must be a parameter that the job defines. */
  readonly parameters: Readonly<Record<string, string>>;
  /**
   * The parameter that carries `value`, which is unique to this one request. Jenkins drops parameters that a job
   * does not define, so the job must define it. It is how a request is found again when its answer was lost.
   */
  readonly correlation: { readonly parameter: string; readonly value: string };
  /** How many builds of the job may be wanted at once, this one included. Asked when the job discards builds. */
  readonly atOnce?: () => Promise<number>;
}

/**
 * How far a request is. `asked`: nothing was sent; it is only remembered since when Jenkins fails. `posting`: a POST was, or
 * may have been, sent and its answer is not known.
 */
export const tracePhases = ['asked', 'posting', 'queued', 'running', 'finished'] as const;

/**
 * What the client must remember about a request between two calls. Plain JSON; the caller stores it and passes it
 * back unread. Ids are strings: CloudBees CI hands out 63-bit ones.
 */
export interface BuildTrace {
  readonly phase: (typeof tracePhases)[number];
  /** When the request was first about to be sent (ISO 8601). */
  readonly requestedAt: string;
  /** When the last POST was about to be sent (ISO 8601). */
  readonly postedAt: string;
  /** The job's next build number before the POST: ours is this one or a later one, unless a backup was restored. */
  readonly firstPossibleNumber: number;
  /** When the job's newest build before the POST began, by the clock of Jenkins (ms); absent when it had none. */
  readonly newestAtMs?: number;
  readonly queueId?: string;
  readonly number?: number;
  /** When a look-up first found nothing (ISO 8601); a second, some time later, must agree before it is posted again. */
  readonly notFoundAt?: string;
  /** Since when Jenkins has answered that there is no such thing, or that we may not see it (ISO 8601). */
  readonly refusedSince?: string;
  /** When the build was last asked to stop (ISO 8601). */
  readonly stopAskedAt?: string;
}

/** What is known of a build now. `url`s are built on the configured base URL, never taken from an answer. */
export type BuildStatus =
  /** The POST's answer was lost and no trace of it was found so far: call again. */
  | { readonly state: 'unconfirmed'; readonly reason: string }
  | { readonly state: 'queued'; readonly why: string; readonly stuck: boolean; readonly url: string }
  | {
      readonly state: 'running';
      readonly number: number;
      readonly url: string;
      /** Since the build started, in milliseconds. */
      readonly elapsedMs: number;
      /** Jenkins' estimate of the whole duration, in milliseconds; absent while it has none. */
      readonly estimatedMs?: number;
    }
  | {
      readonly state: 'finished';
      readonly number: number;
      readonly url: string;
      /** `SUCCESS`, `UNSTABLE`, `FAILURE`, `ABORTED`, `NOT_BUILT`, or a word that a newer Jenkins has. */
      readonly result: string;
      readonly durationMs: number;
      /** The last lines of the log of a build that did not succeed; absent when it could not be read. */
      readonly logTail?: string;
    }
  /** The queue item was cancelled before it became a build. */
  | { readonly state: 'cancelled'; readonly url: string }
  /** Jenkins declined to queue it, without saying why (a queue decision handler). */
  | { readonly state: 'refused'; readonly reason: string }
  /** It was accepted, and Jenkins has no trace of it any more. It is never requested again by itself. */
  | { readonly state: 'lost'; readonly reason: string };

/** Jenkins, as far as a launch needs it. */
export interface Jenkins {
  /**
   * Takes one request one step further, and says where it stands. Call it again, with the trace that was saved last,
   * until the state is final (`finished`, `cancelled`, `refused`, `lost`).
   *
   * One request leads to exactly one build, even with repeated calls and lost answers: `save` is
   * awaited *before* anything is posted, and what was posted is looked up, never posted blindly again.
   *
   * @param save stores the trace durably; if it throws, nothing is posted.
   * @throws StepError `JenkinsUnavailable`: down, restarting or out of reach; call again later.
   *   `JenkinsMisconfigured`: the job, its parameters or the access are wrong, and nothing was posted.
   */
  advance(
    request: BuildRequest,
    trace: BuildTrace | undefined,
    save: (trace: BuildTrace) => Promise<void>,
  ): Promise<BuildStatus>;
}

/** A build that is to end, since the launch that it was for has ended. */
export interface BuildToEnd {
  readonly job: string;
  readonly correlation: BuildRequest['correlation'];
  /** Whether it is stopped if it runs, or only looked at. In the queue it is cancelled in any case: it has not begun. */
  readonly interruptible: boolean;
}

export type BuildEnd =
  /** There is nothing (left) of it that runs, or could begin to. */
  | { readonly state: 'over'; readonly status: Extract<BuildStatus, { state: 'finished' | 'cancelled' | 'lost' }> }
  /** It still runs, is queued, or may be on its way there: call again. */
  | { readonly state: 'ending'; readonly reason: string };

/** Jenkins, as far as the end of a launch needs it. */
export interface BuildEnds {
  /**
   * Takes the end of one build one step further: out of the queue, or stopped. Only what carries the correlation value
   * is touched: Jenkins gives ids of the queue out again after a crash. Nothing is ever posted to build.
   *
   * @param trace what `advance` has stored last; `undefined`: it has posted nothing.
   * @param save as for `advance`.
   * @throws StepError as `advance`.
   */
  end(build: BuildToEnd, trace: BuildTrace | undefined, save: (trace: BuildTrace) => Promise<void>): Promise<BuildEnd>;
}
