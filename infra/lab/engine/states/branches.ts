import { StateFailure } from '../errors';
import { Cancelled, type Flow } from '../flow';
import type { Payload } from '../json';

/** What Parallel and Map write into the history around their flows. */
export interface Milestones {
  /** `previous`: where the flow stood whose place this one takes. */
  started?(child: Flow, previous: number | undefined): void;
  succeeded?(child: Flow): void;
}

/**
 * Runs the flows inside a state, `width` at a time, and returns their outputs in order.
 *
 * The first failure stops the others where they wait and is thrown on. What is finished is not run again.
 */
export async function runChildren(flow: Flow, width: number, milestones: Milestones): Promise<Payload[]> {
  const { children } = flow;
  const waiting = children.filter(({ output }) => output === undefined);
  if (waiting.length > 0) {
    await flow.pause((resolve: (value: undefined) => void, reject) => {
      const begin = (child: Flow | undefined, after?: Flow): void => {
        if (child === undefined) return;
        milestones.started?.(child, after?.cursor.previous);
        void child.inTurn(() => work(child)).catch(reject);
      };
      const work = async (child: Flow): Promise<void> => {
        try {
          await child.run();
        } catch (thrown) {
          // Still in its turn: no other flow writes anything between a failure and what follows from it.
          if (!(thrown instanceof Cancelled)) reject(failed(flow, child, thrown));
          return;
        }
        milestones.succeeded?.(child);
        begin(waiting.shift(), child);
        if (children.every(({ output }) => output !== undefined)) resolve(undefined);
      };
      for (const child of waiting.splice(0, width)) begin(child);
      return () => undefined;
    });
  }
  return children.map(({ output }) => output as Payload);
}

/** The failure of one flow inside, and which it was. */
export class ChildFailure extends StateFailure {
  constructor(
    failure: StateFailure,
    readonly child: Flow,
  ) {
    super(failure, failure.aliases);
  }
}

function failed(flow: Flow, child: Flow, thrown: unknown): Error {
  for (const other of flow.children) if (other !== child) other.cancel();
  return thrown instanceof StateFailure ? new ChildFailure(thrown, child) : (thrown as Error);
}
