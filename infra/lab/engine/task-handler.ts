import type { Json } from './json';

/** One call of a task. */
export interface TaskCall {
  /** The `Resource` of the state, as written. */
  readonly resource: string;
  /** What `Arguments` evaluated to, or the state's input; a copy that may be changed. */
  readonly arguments: Json;
  readonly executionArn: string;
  readonly stateName: string;
  /** 0 for the first attempt, 1 for the first retry; 0 again after a redrive. */
  readonly attempt: number;
  /** Begins the state's `HeartbeatSeconds` again. */
  readonly heartbeat: () => void;
  /** Aborted when the task has timed out or its execution goes no further: the answer is no longer wanted. */
  readonly signal: AbortSignal;
}

/**
 * Does what a Task asks for.
 *
 * It returns the raw result, as AWS puts it into `$states.result`, and throws TaskFailure(error, cause) to fail with
 * exactly these; any other Error fails with its `name` and its `message`. It may wait for microtasks, for
 * `clock.io(...)` and for timers of the clock, for nothing else.
 */
export type TaskHandler = (task: TaskCall) => unknown;
