import { errorNamed, machine, task, World } from './world';

const dayMs = 86_400_000;

/** A handler that fails so many times and then succeeds. */
function failing(times: number, done: unknown = 'done') {
  const calls: number[] = [];
  const handler = ({ attempt }: { attempt: number }): unknown => {
    calls.push(attempt);
    if (calls.length <= times) throw Object.assign(new Error('down'), { name: 'Down' });
    return done;
  };
  return { handler, calls };
}

async function redrive(world: World, executionArn: string) {
  const { redriveDate } = world.engine.redriveExecution({ executionArn });
  await world.clock.runUntil(() => world.describe(executionArn).status !== 'RUNNING');
  return { ...world.describe(executionArn), asked: redriveDate };
}

describe('RedriveExecution', () => {
  test('schedules the failed task again, with the same input and variables and fresh retries', async () => {
    const { handler, calls } = failing(3);
    const definition = machine({
      A: { Type: 'Pass', Assign: { kept: '{% $states.input.n %}' }, Next: 'B' },
      B: task({
        Retry: [{ ErrorEquals: ['Down'], MaxAttempts: 1 }],
        Output: '{% [$kept, $states.input.n] %}',
        End: true,
      }),
    });
    const world = new World(definition, handler);
    const { executionArn } = await world.run({ n: 7 });
    const { status, output, redriveCount } = await redrive(world, executionArn);
    expect({ status, output, redriveCount }).toEqual({ status: 'SUCCEEDED', output: [7, 7], redriveCount: 1 });
    expect(calls).toEqual([0, 1, 0, 1]);
    const types = world.types(executionArn);
    expect(types.slice(types.indexOf('ExecutionFailed'))).toEqual([
      'ExecutionFailed',
      'ExecutionRedriven',
      'TaskScheduled',
      'TaskStarted',
      'TaskFailed',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(types.filter((type) => type === 'TaskStateEntered')).toHaveLength(1);
  });

  test('shows in the context object', async () => {
    const { handler } = failing(1);
    const definition = machine({ A: task({ Output: '{% $states.context.Execution %}', End: true }) });
    const world = new World(definition, handler);
    const { executionArn } = await world.run();
    await world.clock.advance(60_000);
    const { output, asked } = await redrive(world, executionArn);
    expect(output).toMatchObject({ RedriveCount: 1, RedriveTime: asked!.toISOString() });
  });

  test('leaves the time at which the state was entered', async () => {
    const { handler } = failing(1);
    const definition = machine({ A: task({ Output: '{% $states.context.State.EnteredTime %}', End: true }) });
    const world = new World(definition, handler);
    const { executionArn, startDate } = await world.run();
    await world.clock.advance(60_000);
    expect((await redrive(world, executionArn)).output).toBe(startDate!.toISOString());
  });

  test('does not run finished branches again', async () => {
    const { handler, calls } = failing(1);
    let good = 0;
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: task({ Arguments: { FunctionName: name }, End: true }) },
    });
    const definition = machine({ P: { Type: 'Parallel', Branches: [branch('Good'), branch('Bad')], End: true } });
    const world = new World(definition, (call) => (call.stateName === 'Good' ? ++good : handler(call)));
    const { executionArn } = await world.run();
    expect((await redrive(world, executionArn)).output).toEqual([1, 'done']);
    expect({ good, bad: calls.length }).toEqual({ good: 1, bad: 2 });
    expect(world.types(executionArn).filter((type) => type === 'ParallelStateStarted')).toHaveLength(1);
  });

  test('continues with the iterations of a Map that failed or never began', async () => {
    const { handler, calls } = failing(1);
    const definition = machine({
      M: {
        Type: 'Map',
        Items: [1, 2, 3],
        MaxConcurrency: 1,
        ItemProcessor: { StartAt: 'T', States: { T: task({ Output: '{% $states.input %}', End: true }) } },
        End: true,
      },
    });
    const world = new World(definition, handler);
    const { executionArn } = await world.run();
    expect((await redrive(world, executionArn)).output).toEqual([1, 2, 3]);
    expect(calls).toHaveLength(4);
  });

  test('fails again at a Fail state, without entering it again', async () => {
    const world = new World(machine({ A: { Type: 'Fail', Error: 'Nope' } }));
    const { executionArn } = await world.run();
    expect(await redrive(world, executionArn)).toMatchObject({ status: 'FAILED', error: 'Nope', redriveCount: 1 });
    expect(world.types(executionArn).filter((type) => type === 'FailStateEntered')).toHaveLength(1);
  });

  test('continues, inside a Map inside a Parallel, from the entry of each state that is at hand', async () => {
    const { handler } = failing(1);
    const iteration = { StartAt: 'T', States: { T: task() } };
    const branches = [
      { StartAt: 'M', States: { M: { Type: 'Map', Items: [1], ItemProcessor: iteration, End: true } } },
      { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 5, End: true } } },
    ];
    const world = new World(machine({ P: { Type: 'Parallel', Branches: branches, End: true } }), handler);
    const { executionArn } = await world.run();
    await redrive(world, executionArn);
    const events = world.events(executionArn);
    const redriven = events.findIndex(({ type }) => type === 'ExecutionRedriven');
    const entry = (type: string) => events.find((event) => event.type === type)?.id;
    const following = (type: string) => events.slice(redriven).find((event) => event.type === type)?.previousEventId;
    expect(events[redriven]?.previousEventId).toBe(redriven);
    expect(following('TaskScheduled')).toBe(entry('TaskStateEntered'));
    expect(following('WaitStateExited')).toBe(entry('WaitStateEntered'));
  });

  test('ends a Parallel again after the redrive where one of its branches is at a Fail state', async () => {
    const branch = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Nope' } } };
    const world = new World(machine({ P: { Type: 'Parallel', Branches: [branch], End: true } }));
    const { executionArn } = await world.run();
    expect(await redrive(world, executionArn)).toMatchObject({ status: 'FAILED', error: 'Nope' });
    const types = world.types(executionArn);
    expect(types.slice(types.indexOf('ExecutionRedriven'))).toEqual([
      'ExecutionRedriven',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('gives the whole TimeoutSeconds again', async () => {
    const world = new World(machine({ A: { Type: 'Wait', Seconds: 15, End: true } }, { TimeoutSeconds: 10 }));
    const { executionArn } = await world.run();
    const { status, stopDate, asked } = await redrive(world, executionArn);
    expect(status).toBe('TIMED_OUT');
    expect(stopDate!.getTime() - asked!.getTime()).toBe(10_000);
  });

  test('takes up an execution that was stopped, also at once', async () => {
    const world = new World(machine({ A: { Type: 'Wait', Seconds: 15, End: true } }));
    const executionArn = world.start();
    await world.clock.advance(5000);
    world.engine.stopExecution({ executionArn });
    expect((await redrive(world, executionArn)).status).toBe('SUCCEEDED');
    expect(world.types(executionArn)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'ExecutionAborted',
      'ExecutionRedriven',
      'WaitStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('answers the same for the same client token', async () => {
    const world = new World(machine({ A: { Type: 'Fail' } }));
    const { executionArn } = await world.run();
    const first = world.engine.redriveExecution({ executionArn, clientToken: 'once' });
    await world.clock.advance(60_000);
    expect(world.engine.redriveExecution({ executionArn, clientToken: 'once' })).toEqual(first);
    expect(world.describe(executionArn).redriveCount).toBe(1);
  });
});

describe('an execution that cannot be redriven', () => {
  const refusal = (reason: RegExp) => errorNamed('ExecutionNotRedrivable', reason);

  test('has succeeded', async () => {
    const world = new World(machine({ A: { Type: 'Succeed' } }));
    const { executionArn, redriveStatus, redriveStatusReason } = await world.run();
    expect({ redriveStatus, redriveStatusReason }).toEqual({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    expect(() => world.engine.redriveExecution({ executionArn })).toThrow(refusal(/SUCCEEDED/));
  });

  test('is running', () => {
    const world = new World(machine({ A: { Type: 'Wait', Seconds: 15, End: true } }));
    expect(() => world.engine.redriveExecution({ executionArn: world.start() })).toThrow(refusal(/RUNNING/));
  });

  test('ended more than 14 days ago, and not a moment sooner', async () => {
    const world = new World(machine({ A: { Type: 'Fail' } }));
    const { executionArn } = await world.run();
    await world.clock.advance(14 * dayMs);
    expect(world.describe(executionArn).redriveStatus).toBe('REDRIVABLE');
    await world.clock.advance(1);
    expect(world.describe(executionArn)).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution redrivable period exceeded',
    });
  });
});
