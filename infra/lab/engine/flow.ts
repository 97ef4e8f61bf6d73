import type { States } from './machine/definition';
import type { Cursor } from './history';
import type { Json, Payload } from './json';
import type { Owner } from './owner';
import { randomStream } from '../kernel/random';
import type { Random } from '../../../functions/shared/random';
import { NamedError } from '../../../functions/shared/named-error';

/** Thrown where a flow waits when it is to go no further: a sibling failed, or the execution was ended. */
export class Cancelled extends NamedError<'Cancelled'> {
  constructor() {
    super('Cancelled', 'the flow was cancelled', { fault: 'environment' });
  }
}

/** The item that an iteration of a Map works on. */
export interface MapItem {
  readonly index: number;
  readonly value: Json;
}

/** The state that was entered last and has not been exited. */
export interface EnteredState {
  readonly id: number;
  readonly time: Date;
}

/** What a wait does to begin with; it returns how to give up. */
export type Begin<T> = (resolve: (value: T) => void, reject: (reason: Error) => void) => () => void;

/** What a flow is made of. */
export interface FlowParts {
  readonly execution: Owner;
  /** Runs a flow's states (`states/run.ts`); handed in, since the states that have flows inside run those. */
  readonly run: (flow: Flow) => Promise<void>;
  readonly machine: States;
  readonly input: Payload;
  readonly variables: Record<string, Json>;
  readonly cursor: Cursor;
  readonly path?: string;
  readonly item?: MapItem | undefined;
}

/**
 * One line of states being run: a whole execution, a branch of a Parallel or an iteration of a Map.
 *
 * It holds all that a redrive needs to continue: the state that was entered and not exited, its input, the variables,
 * and the flows inside.
 */
export class Flow {
  /** The state to run, or that is being run. */
  at: string;
  input: Payload;
  entered: EnteredState | undefined;
  /** Whether the state at hand was entered before a redrive, and so is run again without being entered again. */
  redriven = false;
  /** The flows inside the Parallel or Map at hand. */
  children: Flow[] = [];
  /** What came out at the end. */
  output: Payload | undefined;
  /** The chance of the attempt at hand. */
  chance: Random = { next: () => 0 };
  readonly #visits = new Map<string, number>();
  /** Grows with each cancellation, so that what waited before one never continues after a redrive. */
  #epoch = 0;
  #giveUp: (() => void) | undefined;

  readonly execution: Owner;
  readonly machine: States;
  /** Own variables; those of outer scopes are on the prototype. */
  readonly variables: Record<string, Json>;
  readonly cursor: Cursor;
  /** Which of the execution's flows this is; empty for the outermost. */
  readonly path: string;
  readonly item: MapItem | undefined;
  readonly #run: (flow: Flow) => Promise<void>;

  constructor({ execution, run, machine, input, variables, cursor, path = '', item }: FlowParts) {
    this.execution = execution;
    this.#run = run;
    this.machine = machine;
    this.variables = variables;
    this.cursor = cursor;
    this.path = path;
    this.item = item;
    this.at = machine.startAt;
    this.input = input;
  }

  /** Runs its states, from where it stands to its end. Throws StateFailure and Cancelled. */
  async run(): Promise<void> {
    await this.#run(this);
  }

  /** A flow inside the state at hand: it sees the variables of this one and has its own. */
  inner(machine: States, input: Payload, name: string, item: MapItem | undefined): Flow {
    const variables = Object.create(this.variables) as Record<string, Json>;
    const cursor = { previous: this.cursor.previous };
    const { execution } = this;
    return new Flow({
      execution,
      run: this.#run,
      machine,
      input,
      variables,
      cursor,
      path: `${this.path}/${name}`,
      item,
    });
  }

  /** Waits until no other flow works, does `work`, and lets others continue, even if `work` throws. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const epoch = this.#epoch;
    await this.execution.mutex.acquire();
    try {
      this.#throwIfCancelled(epoch);
      return await work();
    } finally {
      this.execution.mutex.release();
    }
  }

  /** Lets the other flows work until `begin` has resolved or rejected. Throws Cancelled. */
  async pause<T>(begin: Begin<T>): Promise<T> {
    const { mutex } = this.execution;
    const epoch = this.#epoch;
    const result = new Promise<T>((resolve, reject) => {
      const release = begin(resolve, reject);
      this.#giveUp = () => {
        release();
        reject(new Cancelled());
      };
    });
    mutex.release();
    try {
      return await result;
    } finally {
      this.#giveUp = undefined;
      await mutex.acquire();
      this.#throwIfCancelled(epoch);
    }
  }

  #throwIfCancelled(epoch: number): void {
    if (this.#epoch !== epoch) throw new Cancelled();
  }

  /** Counts a visit to the state at hand: a loop draws again each time round. */
  countVisit(): void {
    this.#visits.set(this.at, (this.#visits.get(this.at) ?? 0) + 1);
  }

  /** Gives the next attempt its own stream of chance, so that one more retry elsewhere changes none of its draws. */
  beginAttempt(attempt: number): void {
    const { seed, name, redriveCount } = this.execution;
    const names = [seed, name, redriveCount, this.path, this.at, this.#visits.get(this.at) ?? 0, attempt];
    let stream: Random | undefined;
    this.chance = { next: () => (stream ??= randomStream(...names)).next() };
  }

  /** Lets the other flows that are ready go first; no time passes. */
  async yield(): Promise<void> {
    await this.pause((resolve: (value: undefined) => void) => {
      resolve(undefined);
      return () => undefined;
    });
  }

  /** Waits for `millis` milliseconds of virtual time. */
  async sleep(millis: number): Promise<void> {
    await this.pause((resolve: (value: undefined) => void) => {
      const timer = this.execution.clock.after(millis, () => resolve(undefined));
      return () => {
        timer.cancel();
      };
    });
  }

  /** Stops this flow and those inside it where they wait. */
  cancel(): void {
    this.#epoch += 1;
    this.#giveUp?.();
    for (const child of this.children) child.cancel();
  }

  /**
   * Makes it ready to continue after a redrive, which is event `redrive`: what is finished stays, what was entered is
   * run again. With `again` the flows inside begin from their start.
   */
  resume(redrive: number, isFresh: boolean): void {
    if (this.output !== undefined) return;
    if (isFresh) this.children = [];
    this.redriven = this.entered !== undefined;
    this.cursor.previous = this.#standAfter(redrive);
    for (const child of this.children) child.resume(redrive, isFresh);
  }

  /** As recorded: a state continues from its own entry, and only the failure of a Fail state follows the redrive. */
  #standAfter(redrive: number): number {
    if (this.entered === undefined) return this.path === '' ? redrive : this.cursor.previous;
    return this.machine.states.get(this.at)?.type === 'Fail' ? redrive : this.entered.id;
  }
}
