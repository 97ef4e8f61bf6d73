import type { TaskState } from '../machine/definition';
import { StateFailure, TaskFailure } from '../errors';
import type { Flow } from '../flow';
import { wirePayload, type Json, type Payload } from '../json';
import { copyOf } from '../../kernel/copy';
import type { LabClock, Timer } from '../../kernel/clock';
import { runNested } from './nested';
import { isNested } from '../machine/resource';
import type { TaskCall } from '../task-handler';
import type { Limits } from './record';

/** Runs the task's handler within its time limits. Throws StateFailure or Cancelled. */
export async function callTask(
  flow: Flow,
  state: TaskState,
  { given, limits }: { readonly given: Payload; readonly limits: Limits },
  attempt: number,
): Promise<Payload> {
  const call = new Call(flow, state, { given, limits }, attempt);
  try {
    const result = await flow.pause<unknown>((resolve, reject) => {
      call.begin(reject);
      const settled = isNested(state.resource)
        ? runNested(flow, state, given.value, call.signal)
        : settle(() => flow.execution.tasks(call));
      settled.finally(call.stop).then(resolve, reject);
      return call.stop;
    });
    return wirePayload(result);
  } catch (thrown) {
    call.abort();
    throw failureOf(thrown);
  }
}

/** A call that is going on, with its limits. A class and not an object of closures: each poll is one. */
class Call implements TaskCall {
  readonly resource: string;
  /** A copy of its own: nothing that a handler does to it reaches the history. */
  readonly arguments: Json;
  readonly executionArn: string;
  readonly stateName: string;
  readonly attempt: number;
  readonly #clock: LabClock;
  readonly #limits: Limits;
  #reject: ((reason: Error) => void) | undefined;
  #timeout: Timer | undefined;
  #heartbeat: Timer | undefined;
  #stopped = false;
  #controller: AbortController | undefined;

  constructor(
    { execution }: Flow,
    { name, resource }: TaskState,
    { given, limits }: { readonly given: Payload; readonly limits: Limits },
    attempt: number,
  ) {
    this.resource = resource.arn;
    this.arguments = copyOf(given.value);
    this.executionArn = execution.arn;
    this.stateName = name;
    this.attempt = attempt;
    this.#clock = execution.clock;
    this.#limits = limits;
  }

  /** Most handlers never look at it, and it is expensive to make. */
  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  /** Starts the timers; whichever runs out rejects. */
  begin(reject: (reason: Error) => void): void {
    this.#reject = reject;
    this.#timeout = this.#timer(this.#limits.timeoutSeconds, []);
    this.heartbeat();
  }

  readonly heartbeat = (): void => {
    this.#heartbeat?.cancel();
    if (this.#stopped) return;
    // AWS records a missed heartbeat as States.Timeout, and lets ErrorEquals call it by its own name.
    this.#heartbeat = this.#timer(this.#limits.heartbeatSeconds, ['States.HeartbeatTimeout']);
  };

  readonly stop = (): void => {
    this.#stopped = true;
    this.#timeout?.cancel();
    this.#heartbeat?.cancel();
  };

  abort(): void {
    this.#controller?.abort();
  }

  #timer(seconds: number | undefined, aliases: readonly string[]): Timer | undefined {
    if (seconds === undefined) return undefined;
    const out = () => this.#reject?.(new StateFailure({ error: 'States.Timeout' }, aliases));
    return this.#clock.after(seconds * 1000, out);
  }
}

async function settle(work: () => unknown): Promise<unknown> {
  return await work();
}

/** What a handler threw, as Step Functions names it; what is the engine's own passes unchanged. */
function failureOf(thrown: unknown): unknown {
  if (thrown instanceof TaskFailure) {
    return new StateFailure({ error: thrown.name, cause: thrown.causeText }, [], { stack: false });
  }
  if (!(thrown instanceof Error)) return new StateFailure({ error: 'Error', cause: String(thrown) });
  if (thrown.name === 'StateFailure' || thrown.name === 'Cancelled' || thrown.name === 'HistoryFull') return thrown;
  return new StateFailure({ error: thrown.name, cause: thrown.message });
}
