import { machine, task, World } from './world';

const branch = (states: Record<string, object>) => ({ StartAt: Object.keys(states)[0], States: states });
const down = () => Promise.reject(Object.assign(new Error('no'), { name: 'Down' }));

describe('Parallel', () => {
  test('gives the outputs in the order of the branches, whichever ends first', async () => {
    const waits = (Seconds: number) =>
      branch({ [`W${Seconds}`]: { Type: 'Wait', Seconds, Output: Seconds, End: true } });
    const world = new World(machine({ P: { Type: 'Parallel', Branches: [waits(9), waits(1)], End: true } }));
    const { output, stopDate, startDate } = await world.run();
    expect(output).toEqual([9, 1]);
    expect(stopDate!.getTime() - startDate!.getTime()).toBe(9000);
  });

  test('schedules the tasks of all branches before it starts the first, as AWS does', async () => {
    const branches = ['A', 'B'].map((name) => branch({ [name]: task() }));
    const world = new World(machine({ P: { Type: 'Parallel', Branches: branches, End: true } }));
    const { executionArn } = await world.run();
    const kinds = world.types(executionArn).filter((type) => type === 'TaskScheduled' || type === 'TaskStarted');
    expect(kinds).toEqual(['TaskScheduled', 'TaskScheduled', 'TaskStarted', 'TaskStarted']);
  });

  test('links the events of a branch to one another', async () => {
    const branches = ['A', 'B'].map((name) => branch({ [name]: task() }));
    const world = new World(machine({ P: { Type: 'Parallel', Branches: branches, End: true } }));
    const { executionArn } = await world.run();
    const events = world.events(executionArn);
    const entered = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === 'B');
    const chain = [entered!.id!];
    for (const { id, previousEventId } of events) if (previousEventId === chain.at(-1)) chain.push(id!);
    expect(chain.map((id) => events[id - 1]!.type).slice(0, 5)).toEqual([
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
    ]);
  });

  test('stops the other branches when one fails', async () => {
    let aborted = false;
    const branches = [
      branch({ Slow: task() }),
      branch({ W: { Type: 'Wait', Seconds: 3, Next: 'F' }, F: { Type: 'Fail', Error: 'Nope' } }),
    ];
    const world = new World(machine({ P: { Type: 'Parallel', Branches: branches, End: true } }), ({ signal }) => {
      signal.addEventListener('abort', () => (aborted = true));
      return new Promise(() => undefined);
    });
    const { executionArn, error } = await world.run();
    expect({ error, aborted }).toEqual({ error: 'Nope', aborted: true });
    expect(world.types(executionArn).slice(-4)).toEqual([
      'FailStateEntered',
      'TaskStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('runs all branches again on a retry', async () => {
    let calls = 0;
    const definition = machine({
      P: {
        Type: 'Parallel',
        Branches: [branch({ Good: { Type: 'Pass', End: true } }), branch({ Bad: task({ Output: 'ok', End: true }) })],
        Retry: [{ ErrorEquals: ['Down'], MaxAttempts: 1 }],
        Output: '{% $states.result[1] %}',
        End: true,
      },
    });
    const world = new World(definition, () => (++calls === 1 ? down() : null));
    const { executionArn, output } = await world.run();
    expect(output).toBe('ok');
    const types = world.types(executionArn);
    expect(types.filter((type) => type === 'ParallelStateStarted')).toHaveLength(2);
    expect(types.filter((type) => type === 'PassStateEntered')).toHaveLength(2);
    expect(types).not.toContain('ParallelStateFailed');
  });

  test('in a Parallel fails with it, innermost first', async () => {
    const inner = { Type: 'Parallel', Branches: [branch({ T: task() })], End: true };
    const definition = machine({ Outer: { Type: 'Parallel', Branches: [branch({ Inner: inner })], End: true } });
    const world = new World(definition, down);
    const { executionArn } = await world.run();
    const types = world.types(executionArn);
    expect(types.slice(types.indexOf('TaskFailed') + 1)).toEqual([
      'TaskStateAborted',
      'ParallelStateFailed',
      'ParallelStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });
});

describe('Map', () => {
  const over = (more: object, states: Record<string, object>) =>
    machine({ M: { Type: 'Map', Items: '{% $states.input %}', ItemProcessor: branch(states), End: true, ...more } });

  test.each([
    [undefined, 5000],
    [0, 5000],
    [2, 10_000],
    [1, 20_000],
  ])('works on %s items at a time', async (MaxConcurrency, millis) => {
    const world = new World(
      over(MaxConcurrency === undefined ? {} : { MaxConcurrency }, { W: { Type: 'Wait', Seconds: 5, End: true } }),
    );
    const { output, stopDate, startDate } = await world.run([1, 2, 3, 4]);
    expect(output).toEqual([1, 2, 3, 4]);
    expect(stopDate!.getTime() - startDate!.getTime()).toBe(millis);
  });

  test('gives the item and its index to the selector, and to the states inside', async () => {
    const item = '{% $states.context.Map.Item.Value %}';
    const index = '{% $states.context.Map.Item.Index %}';
    const definition = over(
      { Items: '{% $states.input.list %}', ItemSelector: { item, index, all: '{% $states.input.name %}' } },
      { P: { Type: 'Pass', Output: ['{% $states.input %}', index], End: true } },
    );
    expect((await new World(definition).run({ list: ['a', 'b'], name: 'n' })).output).toEqual([
      [{ item: 'a', index: 0, all: 'n' }, 0],
      [{ item: 'b', index: 1, all: 'n' }, 1],
    ]);
  });

  test('records what became of each iteration when one fails', async () => {
    const world = new World(over({}, { T: task() }), ({ arguments: given }) => (given === null ? null : down()));
    const { executionArn, error } = await world.run([1, 2]);
    expect(error).toBe('Down');
    const types = world.types(executionArn);
    expect(types.slice(types.indexOf('TaskFailed') + 1)).toEqual([
      'MapIterationFailed',
      'TaskStateAborted',
      'MapIterationAborted',
      'TaskStateAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('works on 40 items at a time at most', async () => {
    const world = new World(over({}, { W: { Type: 'Wait', Seconds: 5, End: true } }));
    const { stopDate, startDate } = await world.run(Array.from({ length: 41 }, (_, index) => index));
    expect(stopDate!.getTime() - startDate!.getTime()).toBe(10_000);
  });

  test('does not begin the iterations that wait when one fails', async () => {
    const world = new World(over({ MaxConcurrency: 1 }, { T: task() }), down);
    const { executionArn } = await world.run([1, 2, 3]);
    expect(world.types(executionArn).filter((type) => type === 'MapIterationStarted')).toHaveLength(1);
  });

  test('sees the variables outside and keeps its own to itself', async () => {
    const definition = machine({
      A: { Type: 'Pass', Assign: { base: 10 }, Next: 'M' },
      M: {
        Type: 'Map',
        Items: [1, 2],
        ItemProcessor: branch({
          X: { Type: 'Pass', Assign: { sum: '{% $base + $states.input %}' }, Next: 'Y' },
          Y: { Type: 'Pass', Output: '{% $sum %}', End: true },
        }),
        Assign: { sums: '{% $states.result %}' },
        Next: 'B',
      },
      B: { Type: 'Pass', Output: '{% $sums %}', End: true },
    });
    expect((await new World(definition).run()).output).toEqual([11, 12]);
  });
});

describe('Choice', () => {
  const choice = (more: object) =>
    machine({
      C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.go %}', Next: 'S' }], ...more },
      S: { Type: 'Succeed' },
    });

  test('fails as AWS does when nothing matches and there is no Default', async () => {
    const { error, cause } = await new World(choice({})).run({ go: false });
    expect({ error, cause }).toEqual({
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'C' (entered at the event id #2). " +
        'Failed to transition out of the state. The state does not point to a next state.',
    });
  });

  test('takes the Default when nothing matches', async () => {
    expect((await new World(choice({ Default: 'S' })).run({ go: false })).status).toBe('SUCCEEDED');
  });
});
