import { StepError } from '../../functions/fleet/contracts/errors';
import type { BuildRequest, BuildStatus, BuildTrace, Jenkins } from '../../functions/fleet/ports/jenkins';

export interface Driven {
  readonly status: BuildStatus;
  /** Every trace that was saved, in order. */
  readonly traces: readonly BuildTrace[];
  /** What each call said: a state, or `JenkinsUnavailable`. */
  readonly states: readonly string[];
}

export interface DriveOptions {
  /** Waits between two calls, or moves a clock that is not real. */
  readonly pause: () => void | Promise<void>;
  /** How many calls are made at most (100). */
  readonly limit?: number;
  readonly trace?: BuildTrace;
}

const final = new Set<string>(['finished', 'cancelled', 'refused', 'lost']);

/**
 * Calls `advance` until the build's state is final, as the state machine does, with the trace in memory.
 * `JenkinsUnavailable` is waited out; any other error is thrown.
 */
export async function driveBuild(jenkins: Jenkins, request: BuildRequest, options: DriveOptions): Promise<Driven> {
  const { pause, limit = 100 } = options;
  const traces: BuildTrace[] = [];
  const states: string[] = [];
  let trace = options.trace;
  const save = async (next: BuildTrace): Promise<void> => {
    trace = structuredClone(next);
    traces.push(trace);
  };
  for (let call = 0; call < limit; call += 1) {
    if (call > 0) await pause();
    try {
      const status = await jenkins.advance(request, trace, save);
      states.push(status.state);
      if (final.has(status.state)) return { status, traces, states };
    } catch (error) {
      if (!(error instanceof StepError) || error.name !== 'JenkinsUnavailable') throw error;
      states.push(error.name);
    }
  }
  throw new Error(`no end after ${limit} calls: ${states.join(', ')}`);
}
