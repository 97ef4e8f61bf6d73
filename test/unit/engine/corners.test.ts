import { TaskFailure } from '../../../infra/lab/engine';
import { machine, task, World } from './world';

// Limits in bytes, numbers of events, and counters that begin again: where it is easy to be off by a little.

const most = 256 * 1024;
const padded = (text: string, length: number) =>
  machine({ A: { Type: 'Pass', Output: `{% $pad('', ${length}, '${text}') %}`, End: true } });

test.each([
  ['a', most - 2, 'SUCCEEDED'],
  ['a', most - 1, 'FAILED'],
  ['é', most / 2 - 1, 'SUCCEEDED'],
  ['é', most / 2, 'FAILED'],
])(
  'an output of %s, %d times, with its quotes: 256 KiB are counted in bytes of UTF-8',
  async (text, length, status) => {
    const end = await new World(padded(text, length)).run();
    expect(end.status).toBe(status);
    expect(end.error).toBe(status === 'FAILED' ? 'States.DataLimitExceeded' : undefined);
  },
);

/** The events from the redrive on, each with the one that it follows. */
async function redriven(world: World) {
  const { executionArn } = await world.run();
  const before = world.events(executionArn);
  world.engine.redriveExecution({ executionArn });
  await world.clock.runUntil(() => world.describe(executionArn).status !== 'RUNNING');
  const { status } = world.describe(executionArn);
  const after = world.events(executionArn).slice(before.length);
  return { status, before, after, types: after.map(({ type }) => type) };
}

test('a Parallel that is redriven has its retries again, and runs its branches from their beginning only in those', async () => {
  let calls = 0;
  const branches = [
    { StartAt: 'T', States: { T: task() } },
    { StartAt: 'U', States: { U: { Type: 'Pass', End: true } } },
  ];
  const Retry = [{ ErrorEquals: ['Down'], MaxAttempts: 1 }];
  const world = new World(machine({ P: { Type: 'Parallel', Retry, Branches: branches, End: true } }), () => {
    calls += 1;
    throw new TaskFailure('Down', 'for good');
  });
  const { status, types } = await redriven(world);
  expect([status, calls]).toEqual(['FAILED', 4]);
  const tries = types
    .join()
    .split('ParallelStateStarted')
    .map((one) => one.split('TaskScheduled').length - 1);
  // The try that the redrive continues with, in which the other branch stays as it was; and the one that the retrier gives.
  expect(tries).toEqual([1, 1]);
  expect(types.filter((type) => type === 'PassStateEntered')).toHaveLength(1);
  expect(types.filter((type) => type === 'ParallelStateFailed')).toHaveLength(1);
});

test('an iteration that timed out is redriven from the entry of its state, and one that was done is not', async () => {
  const answers = ['done', new Promise(() => undefined), 'late'];
  const iteration = { StartAt: 'T', States: { T: task({ TimeoutSeconds: 2, End: true }) } };
  const world = new World(machine({ M: { Type: 'Map', Items: [1, 2], ItemProcessor: iteration, End: true } }), () =>
    answers.shift(),
  );
  const { status, before, after, types } = await redriven(world);
  expect(status).toBe('SUCCEEDED');
  expect(before.slice(-5).map(({ type }) => type)).toEqual([
    'TaskTimedOut',
    'MapIterationFailed',
    'TaskStateAborted',
    'MapStateFailed',
    'ExecutionFailed',
  ]);
  expect(types.slice(0, 2)).toEqual(['ExecutionRedriven', 'TaskScheduled']);
  const entries = before.filter(({ type }) => type === 'TaskStateEntered').map(({ id }) => id);
  expect(after[1]?.previousEventId).toBe(entries[1]);
  expect(types.filter((type) => type === 'MapIterationStarted')).toEqual([]);
  expect(types.filter((type) => type === 'MapIterationSucceeded')).toHaveLength(1);
});

test('a Retry that was used up before the redrive counts from the first again, with its waits', async () => {
  const at: number[] = [];
  const Retry = [{ ErrorEquals: ['Down'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 2 }];
  const world: World = new World(machine({ A: task({ Retry, End: true }) }), () => {
    at.push(world.clock.millis());
    throw new TaskFailure('Down');
  });
  await redriven(world);
  const waits = at.map((time, call) => (time - (at[call - 1] ?? time)) / 1000);
  expect(waits).toEqual([0, 3, 6, 0, 3, 6]);
});

test.each([
  ['undefined', '$states.input.none > 1', 'returned nothing (undefined).'],
  ['another type', '$states.input.a', "Expected 'boolean', but was 'string'"],
  ['a comparison of two types', '$states.input.a > 1', 'T2009'],
])('a Choice whose condition gives %s fails there: no Default is taken', async (_, condition, cause) => {
  const world = new World(
    machine({
      A: { Type: 'Choice', Choices: [{ Condition: `{% ${condition} %}`, Next: 'S' }], Default: 'S' },
      S: { Type: 'Succeed' },
    }),
  );
  const { executionArn, error, cause: said } = await world.run({ a: 'x' });
  expect(error).toBe('States.QueryEvaluationError');
  expect(said).toContain(cause);
  const [, entered, failed] = world.events(executionArn);
  expect([entered?.type, failed?.type, failed?.previousEventId]).toEqual([
    'ChoiceStateEntered',
    'EvaluationFailed',
    entered?.id,
  ]);
});
