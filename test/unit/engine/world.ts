import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import {
  createEngine,
  InvalidDefinition,
  loadStateMachine,
  type Engine,
  type Problem,
  type TaskHandler,
} from '../../../infra/lab/engine';

/** A machine in JSONata that begins with the first of its states. */
export function machine(states: Record<string, object>, more: object = {}): object {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more };
}

export const lambdaInvoke = 'arn:aws:states:::lambda:invoke';

/** A Task that invokes `work`, with whatever else it needs. */
export function task(more: object = { End: true }): object {
  return { Type: 'Task', Resource: lambdaInvoke, Arguments: { FunctionName: 'work' }, ...more };
}

/** An engine on a virtual clock with one machine. */
export class World {
  readonly clock = new VirtualClock();
  readonly engine: Engine;
  readonly stateMachineArn: string;

  constructor(definition: object, tasks: TaskHandler = () => null, seed: number | string = 0) {
    this.engine = createEngine({ clock: this.clock, seed });
    this.stateMachineArn = this.engine.createStateMachine(loadStateMachine(definition), { name: 'machine', tasks });
  }

  start(input: unknown = {}, name?: string): string {
    const { stateMachineArn } = this;
    const request = { stateMachineArn, input: JSON.stringify(input), ...(name === undefined ? {} : { name }) };
    return this.engine.startExecution(request).executionArn;
  }

  /** Starts an execution and runs it to its end. */
  async run(input: unknown = {}) {
    const executionArn = this.start(input);
    await this.clock.runUntil(() => this.describe(executionArn).status !== 'RUNNING');
    return this.describe(executionArn);
  }

  describe(executionArn: string) {
    const { output, ...rest } = this.engine.describeExecution({ executionArn });
    return { ...rest, executionArn, output: output === undefined ? undefined : (JSON.parse(output) as unknown) };
  }

  events(executionArn: string): HistoryEvent[] {
    return this.engine.getExecutionHistory({ executionArn }).events;
  }

  /** The types of the events, in order. */
  types(executionArn: string): string[] {
    return this.events(executionArn).map(({ type }) => type!);
  }
}

/** What a call throws, by its name. */
export function errorNamed(name: string, message = /./): Error {
  return expect.objectContaining({ name, message: expect.stringMatching(message) as string }) as Error;
}

/** What the load check says about a definition. */
export function problemsOf(
  definition: string | object,
  options: Parameters<typeof loadStateMachine>[1] = {},
): Problem[] {
  try {
    loadStateMachine(definition, options);
    return [];
  } catch (thrown) {
    if (thrown instanceof InvalidDefinition) return [...thrown.problems];
    throw thrown;
  }
}
