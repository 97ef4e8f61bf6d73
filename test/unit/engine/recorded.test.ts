import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createEngine, loadStateMachine, TaskFailure, type Engine, type TaskHandler } from '../../../infra/lab/engine';
import containers from './recorded/containers.json';
import expressions from './recorded/expressions.json';
import failures from './recorded/failures.json';
import redrives from './recorded/redrives.json';
import { errorNamed } from './world';

type Summary = [id: number, previousEventId: number, type: string, details: object];

interface RecordedCase {
  name: string;
  source: string;
  definition: object;
  input: unknown;
  task?: { result?: unknown; fail?: string[]; hang?: boolean; characters?: number };
  unordered?: string[];
  prefix?: boolean;
  /** When it was recorded, if AWS wrote one number differently then. */
  before?: string;
  events: Summary[];
}

const cases = [...expressions, ...containers, ...failures] as unknown as RecordedCase[];

describe('the history that AWS wrote', () => {
  test.each(cases.map((recorded) => [recorded.name, recorded] as const))('%s', async (_name, recorded) => {
    const events = (await run(recorded)).map(summarise);
    const numbers = new Set(recorded.events.map(([id]) => id));
    const listed = events.filter(([id]) => numbers.has(id));
    expect(listed).toEqual(asToday(recorded));
    if (recorded.prefix === true) return;
    const others = events.filter(([id]) => !numbers.has(id)).map(([, , type]) => type);
    expect(others.sort()).toEqual((recorded.unordered ?? []).sort());
  });
});

/** Until November 2024 a failed evaluation followed the event before its state's entry; since then it follows the entry. */
function asToday({ before, events }: RecordedCase): Summary[] {
  if (before === undefined) return events;
  return events.map(([id, previous, type, details]) => [
    id,
    type === 'EvaluationFailed' ? id - 1 : previous,
    type,
    details,
  ]);
}

async function run(recorded: RecordedCase): Promise<HistoryEvent[]> {
  const clock = new VirtualClock();
  const engine = createEngine({ clock });
  const machine = loadStateMachine(recorded.definition);
  const stateMachineArn = engine.createStateMachine(machine, { name: 'recorded', tasks: handler(recorded.task) });
  const { executionArn } = engine.startExecution({ stateMachineArn, input: JSON.stringify(recorded.input) });
  await clock.advance(60_000);
  return engine.getExecutionHistory({ executionArn }).events;
}

function handler(task: RecordedCase['task'] = {}): TaskHandler {
  return () => {
    if (task.fail !== undefined) throw new TaskFailure(task.fail[0]!, task.fail[1]);
    if (task.hang === true) return new Promise(() => undefined);
    return task.characters === undefined ? task.result : 'a'.repeat(task.characters);
  };
}

const jsonTexts = new Set(['input', 'output', 'parameters']);
const sameEverywhere = new Set(['roleArn', 'region', 'inputDetails', 'outputDetails', 'assignedVariablesDetails']);

function summarise(event: HistoryEvent): Summary {
  const { id, previousEventId, type, timestamp, ...rest } = event;
  expect(timestamp).toBeInstanceOf(Date);
  const [details = {}] = Object.values(rest) as object[];
  const kept = Object.entries(details).filter(([key]) => !sameEverywhere.has(key));
  return [id!, previousEventId!, type!, Object.fromEntries(kept.map(([key, value]) => [key, readable(key, value)]))];
}

function readable(key: string, value: unknown): unknown {
  if (jsonTexts.has(key)) return JSON.parse(value as string);
  if (key !== 'assignedVariables') return value;
  const variables = Object.entries(value as Record<string, string>);
  return Object.fromEntries(variables.map(([name, text]) => [name, JSON.parse(text) as unknown]));
}

interface RecordedRedrive extends Pick<RecordedCase, 'name' | 'source' | 'definition' | 'input' | 'events'> {
  answers: Answer[];
  steps: {
    run?: string;
    redrive?: string;
    again?: string;
    still?: string;
    advance?: number;
    stop?: object;
    refused?: string;
    token?: string;
  }[];
  /** Parallel flows may come in another order than AWS took. */
  interleaved?: boolean;
  final: { status: string; output?: unknown; error?: string; cause?: string };
}

interface Answer {
  state: string;
  after?: number;
  result?: unknown;
  fail?: string[];
  hang?: boolean;
}

describe('the history that AWS wrote of a redrive', () => {
  const recordings = redrives as unknown as RecordedRedrive[];

  test.each(recordings.map((recorded) => [recorded.name, recorded] as const))('%s', async (_name, recorded) => {
    const clock = new VirtualClock();
    const engine = createEngine({ clock });
    const machine = loadStateMachine(recorded.definition);
    const tasks = answering(clock, [...recorded.answers]);
    const stateMachineArn = engine.createStateMachine(machine, { name: 'recorded', tasks });
    const { executionArn } = engine.startExecution({ stateMachineArn, input: JSON.stringify(recorded.input) });
    for (const step of recorded.steps) await take(step, engine, clock, executionArn);
    const { status, output, error, cause } = engine.describeExecution({ executionArn });
    const parsed = output === undefined ? undefined : (JSON.parse(output) as unknown);
    expect({ status, output: parsed, error, cause }).toMatchObject(recorded.final);
    const events = engine.getExecutionHistory({ executionArn }).events.map(summarise);
    const compared = recorded.interleaved === true ? links : (all: Summary[]) => all;
    expect(compared(events)).toMatchObject(compared(recorded.events));
  });
});

/** Each event with the one that it follows, by what they are: the numbers are those of one order among several. */
function links(events: Summary[]): string[] {
  const types = new Map(events.map(([id, , type]) => [id, type]));
  const names = new Map<number, string>();
  return events
    .map(([id, previous, type, details]) => {
      const name = (details as { name?: string }).name ?? names.get(previous) ?? '';
      names.set(id, name);
      return `${type} of ${name} after ${types.get(previous) ?? 'nothing'}`;
    })
    .sort();
}

async function take(
  step: RecordedRedrive['steps'][number],
  engine: Engine,
  clock: VirtualClock,
  executionArn: string,
): Promise<void> {
  const status = () => engine.describeExecution({ executionArn }).status;
  const redrive = (clientToken: string) => engine.redriveExecution({ executionArn, clientToken });
  if (step.advance !== undefined) await clock.advance(step.advance);
  if (step.stop !== undefined) engine.stopExecution({ executionArn, ...step.stop });
  if (step.redrive !== undefined) redrive(step.redrive);
  if (step.run !== undefined) {
    await clock.runUntil(() => status() !== 'RUNNING');
    expect(status()).toBe(step.run);
  }
  if (step.still !== undefined) expect(status()).toBe(step.still);
  if (step.again !== undefined) {
    const before = engine.getExecutionHistory({ executionArn }).events.length;
    redrive(step.again);
    expect(engine.getExecutionHistory({ executionArn }).events).toHaveLength(before);
  }
  if (step.refused !== undefined) expect(() => redrive(step.token!)).toThrow(errorNamed(step.refused, /./));
}

/** Each answer is given once, to the first call of its state. */
function answering(clock: VirtualClock, answers: Answer[]): TaskHandler {
  return async ({ stateName }) => {
    const place = answers.findIndex(({ state }) => state === stateName);
    const [answer] = answers.splice(place, place < 0 ? 0 : 1);
    if (answer === undefined) throw new Error(`no answer is recorded for another call of ${stateName}`);
    if (answer.hang === true) return new Promise(() => undefined);
    if (answer.after !== undefined) await new Promise<void>((resolve) => clock.after(answer.after!, resolve));
    if (answer.fail !== undefined) throw new TaskFailure(answer.fail[0]!, answer.fail[1]);
    return answer.result;
  };
}
