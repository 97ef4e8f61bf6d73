import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { VirtualClock } from '../../../infra/lab/clock';
import { createEngine, loadStateMachine, TaskFailure, type TaskHandler } from '../../../infra/lab/engine';
import containers from './recorded/containers.json';
import expressions from './recorded/expressions.json';
import failures from './recorded/failures.json';

type Summary = [id: number, previousEventId: number, type: string, details: object];

interface RecordedCase {
  name: string;
  source: string;
  definition: object;
  input: unknown;
  task?: { result?: unknown; fail?: string[]; hang?: boolean; characters?: number };
  unordered?: string[];
  prefix?: boolean;
  events: Summary[];
}

const cases = [...expressions, ...containers, ...failures] as unknown as RecordedCase[];

describe('the history that AWS wrote', () => {
  test.each(cases.map((recorded) => [recorded.name, recorded] as const))('%s', async (_name, recorded) => {
    const events = (await run(recorded)).map(summarise);
    const numbers = new Set(recorded.events.map(([id]) => id));
    const listed = events.filter(([id]) => numbers.has(id));
    expect(listed).toEqual(recorded.events);
    if (recorded.prefix === true) return;
    const others = events.filter(([id]) => !numbers.has(id)).map(([, , type]) => type);
    expect(others.sort()).toEqual((recorded.unordered ?? []).sort());
  });
});

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

const JSON_TEXTS = new Set(['input', 'output', 'parameters']);
const SAME_EVERYWHERE = new Set(['roleArn', 'region', 'inputDetails', 'outputDetails', 'assignedVariablesDetails']);

function summarise(event: HistoryEvent): Summary {
  const { id, previousEventId, type, timestamp, ...rest } = event;
  expect(timestamp).toBeInstanceOf(Date);
  const [details = {}] = Object.values(rest) as object[];
  const kept = Object.entries(details).filter(([key]) => !SAME_EVERYWHERE.has(key));
  return [id!, previousEventId!, type!, Object.fromEntries(kept.map(([key, value]) => [key, readable(key, value)]))];
}

function readable(key: string, value: unknown): unknown {
  if (JSON_TEXTS.has(key)) return JSON.parse(value as string);
  if (key !== 'assignedVariables') return value;
  const variables = Object.entries(value as Record<string, string>);
  return Object.fromEntries(variables.map(([name, text]) => [name, JSON.parse(text) as unknown]));
}
