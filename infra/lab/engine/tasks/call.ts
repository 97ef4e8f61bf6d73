import type { TaskState } from '../machine/definition';
import { StateFailure, TaskFailure } from '../errors';
import type { Flow } from '../flow';
import { wirePayload, type Payload } from '../json';
import { copyOf } from '../../kernel/copy';
import type { Timer } from '../../kernel/clock';
import { runNested } from './nested';
import { isNested } from '../machine/resource';
import type { Limits } from './record';

/** Runs the task's handler within its time limits. Throws StateFailure or Cancelled. */
export async function callTask(
  flow: Flow,
  state: TaskState,
  { given, limits }: { readonly given: Payload; readonly limits: Limits },
  attempt: number,
): Promise<Payload> {
  let created: AbortController | undefined;
  // Most handlers never look at the signal, and it is expensive to make.
  const controller = (): AbortController => (created ??= new AbortController());
  try {
    const result = await flow.pause<unknown>((resolve, reject) => {
      const watch = watchLimits(flow, limits, reject);
      const call = {
        resource: state.resource.arn,
        // A copy of its own: nothing that a handler does to it reaches the history.
        arguments: copyOf(given.value),
        executionArn: flow.execution.arn,
        stateName: state.name,
        attempt,
        heartbeat: watch.heartbeat,
        get signal() {
          return controller().signal;
        },
      };
      const settled = isNested(state.resource)
        ? runNested(flow, state, given.value, controller().signal)
        : settle(() => flow.execution.tasks(call));
      settled.finally(watch.stop).then(resolve, reject);
      return watch.stop;
    });
    return wirePayload(result);
  } catch (thrown) {
    created?.abort();
    throw failureOf(thrown);
  }
}

async function settle(work: () => unknown): Promise<unknown> {
  return await work();
}

/** Starts the timers of a task; whichever runs out rejects. */
function watchLimits(flow: Flow, limits: Limits, reject: (reason: Error) => void) {
  const { clock } = flow.execution;
  const timers = new Map<string, Timer>();
  let stopped = false;
  const begin = (name: string, seconds: number | undefined, aliases: readonly string[]): void => {
    timers.get(name)?.cancel();
    if (seconds === undefined || stopped) return;
    timers.set(
      name,
      clock.after(seconds * 1000, () => reject(new StateFailure({ error: 'States.Timeout' }, aliases))),
    );
  };
  const heartbeat = (): void => {
    // AWS records a missed heartbeat as States.Timeout, and lets ErrorEquals call it by its own name.
    begin('heartbeat', limits.heartbeatSeconds, ['States.HeartbeatTimeout']);
  };
  const stop = (): void => {
    stopped = true;
    for (const timer of timers.values()) timer.cancel();
  };
  begin('timeout', limits.timeoutSeconds, []);
  heartbeat();
  return { heartbeat, stop };
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
