import type {
  DescribeExecutionInput,
  DescribeExecutionOutput,
  GetExecutionHistoryInput,
  GetExecutionHistoryOutput,
  HistoryEvent,
  ListExecutionsInput,
  ListExecutionsOutput,
  RedriveExecutionInput,
  RedriveExecutionOutput,
  StartExecutionInput,
  StartExecutionOutput,
  StopExecutionInput,
  StopExecutionOutput,
} from '@aws-sdk/client-sfn';
import type { LabClock } from '../kernel/clock';
import type { StatusEvent } from './api/status-event';
import type { StateMachine } from './machine/definition';
import type { TaskHandler } from './task-handler';

/** Settings of an engine. */
export interface EngineOptions {
  /** An execution advances only when this clock does, also through states that take no time. */
  readonly clock: LabClock;
  /** The same seed gives the same history, byte for byte. Default 0. */
  readonly seed?: number | string;
  /** For the ARNs; defaults `aws`, `us-east-1` and `123456789012`. */
  readonly partition?: string;
  readonly region?: string;
  readonly accountId?: string;
}

/** One event of one execution's history. */
export interface HistoryNotice {
  readonly executionArn: string;
  readonly name: string;
  readonly event: HistoryEvent;
  /** The event as JSON, its time in ISO 8601. */
  readonly text: string;
}

/** What listeners are called with; synchronously, in the order in which it happens. */
export interface EngineEvents {
  /** An event was added to an execution's history. */
  history: HistoryNotice;
  /** An execution changed its status, as EventBridge would report it. */
  status: StatusEvent;
}

/**
 * Step Functions on a virtual clock: the calls have the shapes of the AWS SDK and throw errors with its names.
 *
 * @example
 * const clock = new VirtualClock();
 * const engine = createEngine({ clock, seed: 1 });
 * const tasks = lambdaTasks({ greet: async ({ name }: { name: string }) => `hello ${name}` });
 * const stateMachineArn = engine.createStateMachine(loadStateMachine(definition), { name: 'greeter', tasks });
 * const { executionArn } = engine.startExecution({ stateMachineArn, input: '{"name":"web-03"}' });
 * await clock.runUntil(() => engine.describeExecution({ executionArn }).status !== 'RUNNING');
 * const { status, output } = engine.describeExecution({ executionArn });
 * const { events } = engine.getExecutionHistory({ executionArn });
 * if (status === 'FAILED') engine.redriveExecution({ executionArn });
 * await clock.advance(60_000);
 */
export interface Engine {
  /** Makes a machine startable and returns its ARN. The same name again replaces it for executions to come. */
  createStateMachine(machine: StateMachine, options: { name: string; tasks: TaskHandler; roleArn?: string }): string;
  /**
   * Starts an execution; `input` is JSON, `{}` by default. The same name with the same input while that execution is
   * RUNNING gives the same answer.
   * Throws StateMachineDoesNotExist, ExecutionAlreadyExists, InvalidName, InvalidExecutionInput, ValidationException.
   */
  startExecution(input: StartExecutionInput): StartExecutionOutput & { executionArn: string; startDate: Date };
  /** Throws ExecutionDoesNotExist. */
  describeExecution(input: DescribeExecutionInput): DescribeExecutionOutput;
  /** All events, unless `maxResults` asks for pages. Throws ExecutionDoesNotExist, InvalidToken. */
  getExecutionHistory(input: GetExecutionHistoryInput): GetExecutionHistoryOutput & { events: HistoryEvent[] };
  /** Newest first. Throws StateMachineDoesNotExist, InvalidToken. */
  listExecutions(input: ListExecutionsInput): ListExecutionsOutput;
  /** Ends an execution as ABORTED; one that has ended is left as it is. Throws ExecutionDoesNotExist. */
  stopExecution(input: StopExecutionInput): StopExecutionOutput;
  /** Continues at the state that failed. Throws ExecutionDoesNotExist, ExecutionNotRedrivable, ValidationException. */
  redriveExecution(input: RedriveExecutionInput): RedriveExecutionOutput;
  /** Calls `listener` for each event; returns how to stop that. */
  on<Kind extends keyof EngineEvents>(kind: Kind, listener: (event: EngineEvents[Kind]) => void): () => void;
}
