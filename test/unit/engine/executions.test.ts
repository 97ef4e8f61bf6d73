import { errorNamed, machine, task, World } from './world';

const dayMs = 86_400_000;
const pass = machine({ A: { Type: 'Pass', End: true } });
const wait = machine({ A: { Type: 'Wait', Seconds: 60, End: true } });

describe('StartExecution', () => {
  test('starts nothing until the clock moves', async () => {
    const world = new World(pass);
    const executionArn = world.start();
    expect(world.types(executionArn)).toEqual(['ExecutionStarted']);
    await world.clock.advance(0);
    expect(world.describe(executionArn).status).toBe('SUCCEEDED');
  });

  test('answers the same for the same name and input while the execution runs', async () => {
    const world = new World(wait);
    const first = world.start({ n: 1 }, 'i-1');
    await world.clock.advance(5000);
    expect(world.start({ n: 1 }, 'i-1')).toBe(first);
  });

  test.each([
    ['another input', 0, { n: 2 }],
    ['the execution closed', 61_000, { n: 1 }],
  ])('refuses a name that is taken: %s', async (_why, millis, input) => {
    const world = new World(wait);
    world.start({ n: 1 }, 'i-1');
    await world.clock.advance(millis);
    expect(() => world.start(input, 'i-1')).toThrow(errorNamed('ExecutionAlreadyExists'));
  });

  test('takes a name again 90 days after the execution closed', async () => {
    const world = new World(pass);
    world.start({ n: 1 }, 'i-1');
    await world.clock.advance(90 * dayMs);
    const executionArn = world.start({ n: 2 }, 'i-1');
    await world.clock.advance(0);
    expect(world.describe(executionArn).output).toEqual({ n: 2 });
  });

  test.each(['', 'a b', 'a:b', 'a/b', 'a"b', 'a\tb', 'x'.repeat(81)])('refuses the name %j', (name) => {
    expect(() => new World(pass).start({}, name)).toThrow(errorNamed('InvalidName'));
  });

  test.each(['i-0123456789abcdef0-1b2c', 'Ünïcode', 'x'.repeat(80), 'a.b_c'])('takes the name %j', (name) => {
    expect(() => new World(pass).start({}, name)).not.toThrow();
  });

  test('refuses an input that is not JSON, and a machine that is not there', () => {
    const { engine, stateMachineArn } = new World(pass);
    const start = (request: object) => () => engine.startExecution({ stateMachineArn, ...request });
    expect(start({ input: '{' })).toThrow(errorNamed('InvalidExecutionInput'));
    expect(start({ input: `"${'a'.repeat(262_143)}"` })).toThrow(errorNamed('ValidationException'));
    expect(start({ stateMachineArn: 'arn:nope' })).toThrow(errorNamed('StateMachineDoesNotExist'));
  });
});

describe('the end of an execution', () => {
  test('comes with TimeoutSeconds, as recorded: no cause, no link to the last event', async () => {
    const world = new World(machine({ A: { Type: 'Wait', Seconds: 60, End: true } }, { TimeoutSeconds: 10 }));
    const { executionArn, status, stopDate, startDate, error } = await world.run();
    expect({ status, error }).toEqual({ status: 'TIMED_OUT', error: undefined });
    expect(stopDate!.getTime() - startDate!.getTime()).toBe(10_000);
    const last = world.events(executionArn).at(-1);
    expect(last).toMatchObject({ type: 'ExecutionTimedOut', id: 3, previousEventId: 0 });
    expect(last?.executionTimedOutEventDetails).toEqual({ error: 'States.Timeout' });
  });

  test('comes with StopExecution, which gives up the task at hand', async () => {
    let aborted = false;
    const world = new World(machine({ A: task() }), ({ signal }) => {
      signal.addEventListener('abort', () => (aborted = true));
      return new Promise(() => undefined);
    });
    const executionArn = world.start();
    await world.clock.advance(1000);
    world.engine.stopExecution({ executionArn, error: 'Operator', cause: 'abandoned' });
    await world.clock.advance(1000);
    expect(world.describe(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'abandoned' });
    expect(aborted).toBe(true);
    expect(world.types(executionArn).at(-1)).toBe('ExecutionAborted');
  });

  test('is the 25,000th event at the latest', async () => {
    const loop = machine({
      Loop: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.spin %}', Next: 'Loop' }], Default: 'End' },
      End: { Type: 'Succeed' },
    });
    const world = new World(loop);
    const { executionArn, error, cause } = await world.run({ spin: true });
    expect({ error, cause }).toEqual({
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
    expect(world.events(executionArn).at(-1)).toMatchObject({ id: 25_000, previousEventId: 24_999 });
    expect(() => world.engine.redriveExecution({ executionArn })).toThrow(/history event limit exceeded/);
  });
});

describe('what can be asked', () => {
  test('lists executions, newest first, by status and in pages', async () => {
    const world = new World(wait);
    const arns = [world.start({}, 'a'), world.start({}, 'b'), world.start({}, 'c')];
    world.engine.stopExecution({ executionArn: arns[1] });
    const { stateMachineArn, engine } = world;
    const names = (request: object) =>
      engine.listExecutions({ stateMachineArn, ...request }).executions?.map(({ name }) => name);
    expect(names({})).toEqual(['c', 'b', 'a']);
    expect(names({ statusFilter: 'ABORTED' })).toEqual(['b']);
    const { nextToken } = engine.listExecutions({ stateMachineArn, maxResults: 2 });
    expect(names({ maxResults: 2, nextToken })).toEqual(['a']);
  });

  test('gives the history backwards', async () => {
    const world = new World(pass);
    const { executionArn } = await world.run();
    const { events } = world.engine.getExecutionHistory({ executionArn, reverseOrder: true, maxResults: 1 });
    expect(events.map(({ type }) => type)).toEqual(['ExecutionSucceeded']);
  });

  test('is refused for executions that are not there', () => {
    const { engine } = new World(pass);
    const missing = errorNamed('ExecutionDoesNotExist');
    expect(() => engine.describeExecution({ executionArn: 'arn:nope' })).toThrow(missing);
    expect(() => engine.stopExecution({ executionArn: 'arn:nope' })).toThrow(missing);
    expect(() => engine.redriveExecution({ executionArn: 'arn:nope' })).toThrow(missing);
  });
});

describe('listeners', () => {
  test('hear each event and each change of status, until they stop listening', async () => {
    const world = new World(machine({ A: { Type: 'Fail', Error: 'Nope', Cause: 'because' } }));
    const heard: string[] = [];
    const details: object[] = [];
    const stop = world.engine.on('history', ({ event }) => heard.push(event.type!));
    world.engine.on('status', ({ detail }) => details.push(detail));
    const { executionArn } = await world.run({ n: 1 });
    expect(heard).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
    expect(details).toEqual([
      expect.objectContaining({ status: 'RUNNING', stopDate: null, input: '{"n":1}', output: null, error: null }),
      expect.objectContaining({
        status: 'FAILED',
        redriveStatus: 'REDRIVABLE',
        error: 'Nope',
        cause: 'because',
        executionArn,
      }),
    ]);
    stop();
    await world.run();
    expect(heard).toHaveLength(3);
  });
});

test('the same seed writes the same history, another seed another one', async () => {
  const definition = machine({
    A: {
      Type: 'Pass',
      Output: '{% {"id": $uuid(), "n": $random(), "at": $now(), "mixed": $shuffle([1..20])} %}',
      Next: 'B',
    },
    B: task({ Retry: [{ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' }], End: true }),
  });
  const history = async (seed: number) => {
    const world = new World(definition, () => Promise.reject(new TypeError('no')), seed);
    return JSON.stringify(world.events((await world.run()).executionArn));
  };
  expect(await history(1)).toBe(await history(1));
  expect(await history(1)).not.toBe(await history(2));
});
