import type { Problem } from '../errors';
import type { Resource } from './resource';
import type { Template } from '../template';

/** A checked and compiled definition: what `loadStateMachine` returns. Can be run by any number of engines. */
export interface StateMachine extends States {
  readonly name: string | undefined;
  /** The definition with its placeholders substituted, as JSON. */
  readonly definition: string;
  readonly timeoutSeconds: number | undefined;
  /** What AWS accepts and runs, and yet is hardly meant, such as a variable that no state assigns. */
  readonly warnings: readonly Problem[];
}

/** States with a beginning: a machine, a branch of a Parallel, or the processor of a Map. */
export interface States {
  /** Where it stands in the definition, as a JSON pointer; empty for the machine itself. */
  readonly path: string;
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** What stands in more than one type of state. `next` is undefined in a state that ends its machine. */
interface Common {
  readonly name: string;
  readonly next: string | undefined;
  readonly assign: Template | undefined;
  readonly output: Template | undefined;
}

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly backoffRate: number;
  readonly maxAttempts: number;
  readonly maxDelaySeconds: number | undefined;
  readonly fullJitter: boolean;
}

export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly assign: Template | undefined;
  readonly output: Template | undefined;
}

interface Recoverable {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface PassState extends Common {
  readonly type: 'Pass';
}

export interface SucceedState extends Common {
  readonly type: 'Succeed';
}

export interface FailState extends Common {
  readonly type: 'Fail';
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
}

export interface WaitState extends Common {
  readonly type: 'Wait';
  readonly until: { readonly field: 'Seconds' | 'Timestamp'; readonly value: Template };
}

export interface ChoiceRule {
  readonly condition: Template;
  readonly next: string;
  readonly assign: Template | undefined;
  readonly output: Template | undefined;
}

export interface ChoiceState extends Common {
  readonly type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly default: string | undefined;
}

export interface TaskState extends Common, Recoverable {
  readonly type: 'Task';
  readonly resource: Resource;
  readonly arguments: Template | undefined;
  readonly timeoutSeconds: Template | undefined;
  readonly heartbeatSeconds: Template | undefined;
  /** Whether every attempt has the same arguments and time limits. */
  readonly isInvariant: boolean;
  /** Whether every attempt has the same time limits. */
  readonly hasInvariantLimits: boolean;
}

export interface ParallelState extends Common, Recoverable {
  readonly type: 'Parallel';
  readonly branches: readonly States[];
  readonly arguments: Template | undefined;
}

export interface MapState extends Common, Recoverable {
  readonly type: 'Map';
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly maxConcurrency: Template | undefined;
  readonly processor: States;
}

export type State =
  PassState | SucceedState | FailState | WaitState | ChoiceState | TaskState | ParallelState | MapState;
