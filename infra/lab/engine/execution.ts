import type { ExecutionStatus, HistoryEventType } from '@aws-sdk/client-sfn';
import type { LabClock, Timer } from '../kernel/clock';
import type { StateMachine } from './machine/definition';
import { StateFailure, type Failure } from './errors';
import { Cancelled, Flow } from './flow';
import { History, HistoryFull, maxEvents, untruncated, type Details, type ToldEvent } from './history';
import { parsePayload, type Payload } from './json';
import type { Children, Owner } from './owner';
import { runFlow } from './states/run';
import { failureDetails } from './tasks/record';
import type { TaskHandler } from './task-handler';
import { Mutex } from './mutex';

/** What stays the same for an execution from its start on. */
export interface Identity {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly region: string;
  readonly seed: string | number;
  readonly machine: StateMachine;
  readonly tasks: TaskHandler;
  readonly service: Children;
  readonly clock: LabClock;
}

/** Is notified of what happens to an execution. */
export interface Watcher {
  event(execution: Execution, told: ToldEvent): void;
  status(execution: Execution): void;
}

/** The event that an execution ends with. */
interface Ending {
  readonly type: HistoryEventType;
  readonly details: Details;
  /** The event before it; 0 for an end that comes from outside. */
  readonly previous?: number;
  readonly failure?: Failure;
}

/** One execution of a machine, from its start over its redrives. */
export class Execution implements Owner {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly region: string;
  readonly seed: string | number;
  readonly tasks: TaskHandler;
  readonly service: Children;
  readonly clock: LabClock;
  readonly mutex = new Mutex();
  readonly history: History;
  readonly input: Payload;
  readonly startDate: Date;
  status: ExecutionStatus = 'RUNNING';
  stopDate: Date | undefined;
  output: string | undefined;
  failure: Failure = {};
  redriveCount = 0;
  redriveDate: Date | undefined;
  readonly #machine: StateMachine;
  readonly #flow: Flow;
  readonly #watcher: Watcher;
  #timeout: Timer | undefined;

  constructor(identity: Identity, input: string, watcher: Watcher) {
    this.arn = identity.arn;
    this.name = identity.name;
    this.stateMachineArn = identity.stateMachineArn;
    this.stateMachineName = identity.stateMachineName;
    this.roleArn = identity.roleArn;
    this.region = identity.region;
    this.seed = identity.seed;
    this.tasks = identity.tasks;
    this.service = identity.service;
    this.clock = identity.clock;
    this.#machine = identity.machine;
    this.#watcher = watcher;
    this.startDate = this.clock.now();
    this.input = parsePayload(input);
    this.history = new History(this.clock, (told) => watcher.event(this, told));
    // Without a prototype: a variable may be called like any method of an object.
    const variables = Object.create(null) as Flow['variables'];
    this.#flow = new Flow({
      execution: this,
      run: runFlow,
      machine: identity.machine,
      input: this.input,
      variables,
      cursor: { previous: 0 },
    });
  }

  /** Records the start; the first state is entered when the clock next moves. */
  start(): void {
    this.#watcher.status(this);
    this.history.end(0, 'ExecutionStarted', {
      executionStartedEventDetails: { input: this.input.text, inputDetails: untruncated, roleArn: this.roleArn },
    });
    this.#begin();
  }

  /** Ends it as ABORTED. */
  stop(failure: Failure): void {
    this.#close('ABORTED', {
      type: 'ExecutionAborted',
      details: { executionAbortedEventDetails: failureDetails(failure) },
      failure,
    });
  }

  /** Continues at the state that was entered and not exited. The caller has checked that this is allowed. */
  redrive(): void {
    this.redriveCount += 1;
    this.redriveDate = this.clock.now();
    // AWS keeps no results of branches whose Parallel or Map grew too large.
    const isFresh = this.failure.error === 'States.DataLimitExceeded';
    this.status = 'RUNNING';
    this.stopDate = undefined;
    this.failure = {};
    this.#watcher.status(this);
    const id = this.history.end(this.history.last, 'ExecutionRedriven', {
      executionRedrivenEventDetails: { redriveCount: this.redriveCount },
    });
    this.#flow.resume(id, isFresh);
    this.#begin();
  }

  #begin(): void {
    const { timeoutSeconds } = this.#machine;
    if (timeoutSeconds !== undefined) this.#timeout = this.clock.after(timeoutSeconds * 1000, () => this.#timeOut());
    this.clock.after(0, () => void this.#run());
  }

  #timeOut(): void {
    const failure = { error: 'States.Timeout' };
    this.#close('TIMED_OUT', { type: 'ExecutionTimedOut', details: { executionTimedOutEventDetails: failure } });
  }

  async #run(): Promise<void> {
    try {
      await this.#flow.inTurn(() => runFlow(this.#flow));
      this.#succeed();
    } catch (thrown) {
      if (thrown instanceof Cancelled) return;
      this.#fail(thrown);
    }
  }

  #succeed(): void {
    const output = (this.#flow.output as Payload).text;
    this.output = output;
    const details = { executionSucceededEventDetails: { output, outputDetails: untruncated } };
    this.#close('SUCCEEDED', { type: 'ExecutionSucceeded', details, previous: this.#flow.cursor.previous });
  }

  #fail(thrown: unknown): void {
    const full = thrown instanceof HistoryFull;
    const failure: Failure = full
      ? {
          error: 'States.Runtime',
          cause: `The execution reached the maximum number of history events (${maxEvents}).`,
        }
      : thrown instanceof StateFailure
        ? thrown
        : { error: 'States.Runtime', cause: String(thrown) };
    const previous = full ? this.history.last : this.#flow.cursor.previous;
    const details = { executionFailedEventDetails: failureDetails(failure) };
    this.#close('FAILED', { type: 'ExecutionFailed', details, previous, failure });
  }

  #close(status: ExecutionStatus, { type, details, previous = 0, failure = {} }: Ending): void {
    if (this.status !== 'RUNNING') return;
    this.#timeout?.cancel();
    this.status = status;
    this.stopDate = this.clock.now();
    this.failure = failureDetails(failure);
    this.history.end(previous, type, details);
    this.#flow.cancel();
    this.#watcher.status(this);
  }
}
