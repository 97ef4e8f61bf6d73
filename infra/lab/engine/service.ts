import type {
  DescribeExecutionInput,
  DescribeExecutionOutput,
  GetExecutionHistoryInput,
  ListExecutionsInput,
  RedriveExecutionInput,
  StartExecutionInput,
  StopExecutionInput,
} from '@aws-sdk/client-sfn';
import { describe, listItem } from './api/describe';
import { checkInput } from './api/input';
import { checkName } from './api/names';
import { resultsPage } from './api/page';
import { checkClientToken, redrivability, RedriveTokens } from './api/redrive';
import { statusEvent } from './api/status-event';
import type { StateMachine } from './machine/definition';
import type { Engine, EngineEvents, EngineOptions, HistoryNotice } from './engine';
import { apiError } from './errors';
import { Execution, type Watcher } from './execution';
import type { ToldEvent } from './history';
import type { Children } from './owner';
import { randomStream, uuidFrom } from '../kernel/random';
import type { TaskHandler } from './task-handler';

const dayMs = 86_400_000;
/** A name is free again, and an execution forgotten, this long after it has ended. */
const retentionMs = 90 * dayMs;

interface RegisteredMachine {
  readonly arn: string;
  readonly name: string;
  readonly machine: StateMachine;
  readonly tasks: TaskHandler;
  readonly roleArn: string;
}

type Listeners = { [Kind in keyof EngineEvents]: Set<(event: EngineEvents[Kind]) => void> };

/** The machines and executions of one account in one region. */
class Service implements Engine, Children, Watcher {
  readonly #options: Required<EngineOptions>;
  readonly #machines = new Map<string, RegisteredMachine>();
  readonly #executions = new Map<string, Execution>();
  readonly #tokens = new WeakMap<Execution, RedriveTokens>();
  readonly #ends = new Map<string, (output: DescribeExecutionOutput) => void>();
  readonly #listeners: Listeners = { history: new Set(), status: new Set() };
  #started = 0;

  constructor(options: EngineOptions) {
    this.#options = { seed: 0, partition: 'aws', region: 'us-east-1', accountId: '123456789012', ...options };
  }

  createStateMachine(machine: StateMachine, options: { name: string; tasks: TaskHandler; roleArn?: string }): string {
    const { partition, accountId } = this.#options;
    const name = checkName(options.name);
    const arn = this.#arn('stateMachine', name);
    const roleArn = options.roleArn ?? `arn:${partition}:iam::${accountId}:role/${name}`;
    this.#machines.set(arn, { arn, name, machine, tasks: options.tasks, roleArn });
    return arn;
  }

  startExecution({ stateMachineArn, name, input = '{}' }: StartExecutionInput) {
    const registered = this.#machine(stateMachineArn);
    this.#started += 1;
    const chosen = checkName(name ?? uuidFrom(randomStream(this.#options.seed, 'execution', this.#started)));
    const arn = this.#arn('execution', `${registered.name}:${chosen}`);
    const existing = this.#existing(arn, checkInput(input));
    if (existing !== undefined) return { executionArn: arn, startDate: existing.startDate };
    const execution = this.#create(registered, arn, chosen, input);
    this.#executions.set(arn, execution);
    execution.start();
    return { executionArn: arn, startDate: execution.startDate };
  }

  describeExecution({ executionArn }: DescribeExecutionInput): DescribeExecutionOutput {
    return describe(this.#execution(executionArn));
  }

  getExecutionHistory({ executionArn, maxResults, nextToken, reverseOrder }: GetExecutionHistoryInput) {
    const { events } = this.#execution(executionArn).history;
    const ordered = reverseOrder === true ? [...events].reverse() : [...events];
    const found = resultsPage(ordered, maxResults, nextToken);
    return { events: found.items, ...found.next };
  }

  listExecutions({ stateMachineArn, statusFilter, redriveFilter, maxResults, nextToken }: ListExecutionsInput) {
    const { arn } = this.#machine(stateMachineArn);
    const matching = [...this.#executions.values()].filter(
      (execution) =>
        execution.stateMachineArn === arn &&
        (statusFilter === undefined || execution.status === statusFilter) &&
        (redriveFilter === undefined || execution.redriveCount > 0 === (redriveFilter === 'REDRIVEN')),
    );
    const found = resultsPage(matching.reverse(), maxResults, nextToken);
    return { executions: found.items.map(listItem), ...found.next };
  }

  stopExecution({ executionArn, error, cause }: StopExecutionInput) {
    const execution = this.#execution(executionArn);
    execution.stop({ error, cause });
    return { stopDate: execution.stopDate };
  }

  redriveExecution({ executionArn, clientToken }: RedriveExecutionInput) {
    checkClientToken(clientToken);
    const execution = this.#execution(executionArn);
    const tokens = this.#tokens.get(execution) ?? new RedriveTokens();
    const earlier = clientToken === undefined ? undefined : tokens.find(clientToken, this.#options.clock.millis());
    if (earlier !== undefined) return { redriveDate: earlier };
    const { redriveStatus, redriveStatusReason } = redrivability(execution);
    if (redriveStatus !== 'REDRIVABLE') {
      throw apiError('ExecutionNotRedrivable', `${redriveStatusReason ?? ''}: ${executionArn ?? ''}`);
    }
    execution.redrive();
    const redriveDate = execution.redriveDate as Date;
    if (clientToken !== undefined) tokens.add(clientToken, redriveDate);
    this.#tokens.set(execution, tokens);
    return { redriveDate };
  }

  on<Kind extends keyof EngineEvents>(kind: Kind, listener: (event: EngineEvents[Kind]) => void): () => void {
    this.#listeners[kind].add(listener);
    return () => void this.#listeners[kind].delete(listener);
  }

  startChild(request: { stateMachineArn: string; input: string; name?: string }) {
    const { executionArn, startDate } = this.startExecution(request);
    const ended = new Promise<DescribeExecutionOutput>((resolve) => this.#ends.set(executionArn, resolve));
    return { executionArn, startDate, ended };
  }

  stopChild(executionArn: string): void {
    this.#executions.get(executionArn)?.stop({});
  }

  event({ arn, name }: Execution, told: ToldEvent): void {
    if (this.#listeners.history.size === 0) return;
    const notice: HistoryNotice = {
      executionArn: arn,
      name,
      get event() {
        return told.event;
      },
      get text() {
        return told.text;
      },
    };
    for (const listener of this.#listeners.history) listener(notice);
  }

  status(execution: Execution): void {
    if (this.#listeners.status.size > 0) {
      const event = statusEvent(execution, this.#options.accountId);
      for (const listener of this.#listeners.status) listener(event);
    }
    if (execution.status === 'RUNNING') return;
    this.#ends.get(execution.arn)?.(describe(execution));
    this.#ends.delete(execution.arn);
  }

  #create(registered: RegisteredMachine, arn: string, name: string, input: string): Execution {
    const { clock, seed, region } = this.#options;
    const { machine, tasks, roleArn } = registered;
    const [stateMachineArn, stateMachineName] = [registered.arn, registered.name];
    const identity = { arn, name, stateMachineArn, stateMachineName, roleArn, region, seed, machine, tasks, clock };
    return new Execution({ ...identity, service: this }, input, this);
  }

  /** The execution that answers for a name that is given again; undefined when the name is free. */
  #existing(arn: string, input: string): Execution | undefined {
    const existing = this.#executions.get(arn);
    if (existing === undefined || this.#isForgotten(existing)) return undefined;
    if (existing.status === 'RUNNING' && existing.input.text === input) return existing;
    throw apiError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
  }

  #isForgotten({ stopDate }: Execution): boolean {
    return stopDate !== undefined && this.#options.clock.millis() - stopDate.getTime() >= retentionMs;
  }

  #execution(arn: string | undefined): Execution {
    const execution = this.#executions.get(arn ?? '');
    if (execution !== undefined && !this.#isForgotten(execution)) return execution;
    throw apiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn ?? ''}'`);
  }

  #machine(arn: string | undefined): RegisteredMachine {
    const machine = this.#machines.get(arn ?? '');
    if (machine !== undefined) return machine;
    throw apiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn ?? ''}'`);
  }

  #arn(kind: string, name: string): string {
    const { partition, region, accountId } = this.#options;
    return `arn:${partition}:states:${region}:${accountId}:${kind}:${name}`;
  }
}

/** Makes an engine without machines. */
export function createEngine(options: EngineOptions): Engine {
  return new Service(options);
}
