import { promiseHooks } from 'node:v8';
import type { LabClock } from '../../infra/lab/kernel/clock';

/** One run of a function, or of an operator's command. */
export class Invocation {
  /** The same in every run of the seed, and whatever else happens: by it are its faults drawn. */
  readonly key: string;
  /** `CheckHealth`, `reconcile`, `operator`. */
  readonly function: string;
  /** What it was called with. */
  readonly payload: unknown;
  /** How many calls of ports it has begun. */
  calls = 0;
  /** Faults that have hit it. */
  faults = 0;
  /** It is over, one way or the other: nothing that it had under way continues. */
  dead = false;
  /** When it ended (ms), if it has. */
  endedAt: number | undefined;
  #die: (reason: Error) => void = () => undefined;

  constructor(key: string, name: string, payload: unknown) {
    this.key = key;
    this.function = name;
    this.payload = payload;
  }

  /** Runs `work` as this invocation, for `seconds` at most. However it ends, no call of its continues afterwards. */
  async run<Result>(clock: LabClock, seconds: number, work: () => Promise<Result>): Promise<Result> {
    const ended = new Promise<never>((_, reject) => (this.#die = reject));
    const timer = clock.after(seconds * 1000, () => this.kill('Sandbox.Timedout', `timed out after ${seconds} s`));
    try {
      return await Promise.race([runAs(this, work), ended]);
    } finally {
      timer.cancel();
      this.dead = true;
      this.endedAt = clock.millis();
    }
  }

  /** Hands on what a call has come to, unless the function has ended in the meantime: then nothing is there to continue it. */
  goOn<Result>(use: () => Result): Result | Promise<never> {
    return this.dead ? never() : use();
  }

  /** Ends it at once, with an error that its caller meets. */
  kill(name: string, message: string): void {
    this.dead = true;
    this.#die(Object.assign(new Error(message), { name }));
  }
}

// Whose work it is that continues, from promise to promise. `AsyncLocalStorage` does the same, and in Node 20 numbers each
// promise and each of its continuations, for all that could ask for that: a twentieth of a simulation's time.
let current: Invocation | undefined;
const owner = Symbol('owner');
type OwnedPromise = Promise<unknown> & { [owner]?: Invocation | undefined };

/** Ends that, for a process that does something else afterwards. */
export const stopFollowing = promiseHooks.createHook({
  init: (promise: OwnedPromise) => {
    if (current !== undefined) promise[owner] = current;
  },
  before: (promise: OwnedPromise) => {
    current = promise[owner];
  },
  after: () => {
    current = undefined;
  },
}) as () => void;

/** Begins `work` as this invocation's; what comes of it is the invocation's as well. */
function runAs<Result>(invocation: Invocation, work: () => Promise<Result>): Promise<Result> {
  const outer = current;
  current = invocation;
  try {
    return work();
  } finally {
    current = outer;
  }
}

/** Whose call it is that is being made; `undefined` outside of any function. */
export function currentInvocation(): Invocation | undefined {
  return current;
}

/** What a call of a dead function comes to: nothing. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}
