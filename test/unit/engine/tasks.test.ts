import { lambdaTasks, loadStateMachine, TaskFailure } from '../../../infra/lab/engine';
import { machine, task, World } from './world';

const named = (name: string, message = '') => Object.assign(new Error(message), { name });

describe('a Lambda function behind lambda:invoke', () => {
  test('gets the payload, and its answer is wrapped as AWS wraps it', async () => {
    const Arguments = { FunctionName: 'work', Payload: { n: '{% $states.input.n + 1 %}' } };
    const tasks = lambdaTasks({ work: async ({ n }: { n: number }) => ({ twice: n * 2 }) });
    const { output } = await new World(machine({ A: task({ Arguments, End: true }) }), tasks).run({ n: 1 });
    expect(output).toMatchObject({ ExecutedVersion: '$LATEST', Payload: { twice: 4 }, StatusCode: 200 });
  });

  test('fails with the name of what it throws, and a cause as Lambda reports it', async () => {
    const tasks = lambdaTasks({ work: () => Promise.reject(named('BuildFailed', 'deploy-web #42')) });
    const { status, error, cause } = await new World(machine({ A: task() }), tasks).run();
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'BuildFailed' });
    expect(JSON.parse(cause!)).toMatchObject({ errorType: 'BuildFailed', errorMessage: 'deploy-web #42' });
  });

  test('fails as AWS does when there is no such function', async () => {
    const { error, cause } = await new World(machine({ A: task() }), lambdaTasks({})).run();
    expect(error).toBe('Lambda.ResourceNotFoundException');
    expect(cause).toContain('Function not found: arn:aws:lambda:us-east-1:123456789012:function:work');
  });

  test.each(['work', 'work:live', 'arn:aws:lambda:us-east-1:123456789012:function:work:live'])(
    'is found by %s',
    async (FunctionName) => {
      const tasks = lambdaTasks({ work: async () => 'found' });
      const definition = machine({
        A: task({ Arguments: { FunctionName }, Output: '{% $states.result.Payload %}', End: true }),
      });
      expect((await new World(definition, tasks).run()).output).toBe('found');
    },
  );

  test.each([
    ['work:test', 'test'],
    ['arn:aws:lambda:us-east-1:123456789012:function:work:test', 'test'],
    ['arn:aws:lambda:us-east-1:123456789012:function:work', 'latest'],
    ['work:blue', 'latest'],
  ])('of several versions is found by %s as it is written, in whatever order they are given', async (name, output) => {
    const versions = { 'work:live': async () => 'live', 'work:test': async () => 'test', work: async () => 'latest' };
    const definition = machine({
      A: task({ Arguments: { FunctionName: name }, Output: '{% $states.result.Payload %}', End: true }),
    });
    expect((await new World(definition, lambdaTasks(versions)).run()).output).toBe(output);
  });

  test('cannot change what is in the history through the event it was given', async () => {
    const tasks = lambdaTasks({ work: async (event: { list: number[] }) => event.list.push(2) });
    const Arguments = { FunctionName: 'work', Payload: { list: [1] } };
    const world = new World(machine({ A: task({ Arguments, End: true }) }), tasks);
    const { executionArn } = await world.run();
    const scheduled = world.events(executionArn).find(({ type }) => type === 'TaskScheduled');
    expect(scheduled?.taskScheduledEventDetails?.parameters).toBe('{"FunctionName":"work","Payload":{"list":[1]}}');
  });
});

describe('Retry', () => {
  const retry = (more: object, interval = 2) =>
    machine({
      A: task({ Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: interval, MaxAttempts: 4, ...more }], End: true }),
    });
  const busy = () => {
    throw named('Busy');
  };

  test('waits longer each time, up to its maximum', async () => {
    const at: number[] = [];
    const world: World = new World(retry({ BackoffRate: 2, MaxDelaySeconds: 5 }), () => {
      at.push(world.clock.millis());
      return busy();
    });
    await world.run();
    expect(at.slice(1).map((time, index) => time - at[index]!)).toEqual([2000, 4000, 5000, 5000]);
  });

  test('draws with full jitter from below the delay, the same with the same seed', async () => {
    const stops = async (seed: number) => {
      const { stopDate, startDate } = await new World(retry({ JitterStrategy: 'FULL' }), busy, seed).run();
      return stopDate!.getTime() - startDate!.getTime();
    };
    const [first, again, other] = [await stops(1), await stops(1), await stops(2)];
    expect(first).toBe(again);
    expect(first).not.toBe(other);
    expect(first).toBeLessThan((2 + 4 + 8 + 16) * 1000);
  });

  test('tells the attempt to the handler and to the context', async () => {
    const attempts: number[] = [];
    const Arguments = '{% {"FunctionName": "work", "Payload": $states.context.State.RetryCount} %}';
    const definition = machine({ A: task({ Arguments, Retry: [{ ErrorEquals: ['States.ALL'] }], End: true }) });
    const world = new World(definition, ({ attempt, arguments: given }) => {
      attempts.push(attempt);
      expect(given).toEqual({ FunctionName: 'work', Payload: attempt });
      return busy();
    });
    await world.run();
    expect(attempts).toEqual([0, 1, 2, 3]);
  });

  test('leaves other errors alone', async () => {
    const world = new World(retry({}), () => {
      throw named('Broken');
    });
    const { executionArn, error } = await world.run();
    expect(error).toBe('Broken');
    expect(world.types(executionArn).filter((type) => type === 'TaskScheduled')).toHaveLength(1);
  });

  test.each([
    ['States.ALL', 'Any', true],
    ['States.TaskFailed', 'Any', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.Timeout', 'States.Timeout', true],
    ['States.ALL', 'States.Runtime', false],
    ['States.Runtime', 'States.Runtime', false],
  ])('%s matches %s: %s', async (wanted, thrown, matches) => {
    const definition = machine({
      A: task({ Catch: [{ ErrorEquals: [wanted], Next: 'B' }], End: true }),
      B: { Type: 'Succeed' },
    });
    const { status } = await new World(definition, () => {
      throw new TaskFailure(thrown, 'why');
    }).run();
    expect(status).toBe(matches ? 'SUCCEEDED' : 'FAILED');
  });
});

describe('the time limits of a task', () => {
  const never = () => new Promise(() => undefined);

  test('abort what the handler does', async () => {
    let aborted = false;
    const definition = machine({ A: task({ TimeoutSeconds: 5, End: true }) });
    const world = new World(definition, ({ signal }) => {
      signal.addEventListener('abort', () => (aborted = true));
      return never();
    });
    const { error, cause, stopDate, startDate } = await world.run();
    expect({ error, cause, aborted }).toEqual({ error: 'States.Timeout', cause: undefined, aborted: true });
    expect(stopDate!.getTime() - startDate!.getTime()).toBe(5000);
  });

  test('count from the last heartbeat', async () => {
    const definition = machine({ A: task({ HeartbeatSeconds: 5, End: true }) });
    const world: World = new World(definition, ({ heartbeat }) => {
      world.clock.after(4000, heartbeat);
      return never();
    });
    const { error, stopDate, startDate } = await world.run();
    expect(error).toBe('States.Timeout');
    expect(stopDate!.getTime() - startDate!.getTime()).toBe(9000);
  });

  test.each(['States.Timeout', 'States.HeartbeatTimeout'])('a missed heartbeat is caught by %s', async (name) => {
    const definition = machine({
      A: task({ HeartbeatSeconds: 5, Catch: [{ ErrorEquals: [name], Next: 'B' }], End: true }),
      B: { Type: 'Succeed' },
    });
    expect((await new World(definition, never).run()).output).toEqual({ Error: 'States.Timeout', Cause: '' });
  });

  test('a plain time-out is not caught by States.HeartbeatTimeout', async () => {
    const definition = machine({
      A: task({ TimeoutSeconds: 5, Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'B' }], End: true }),
      B: { Type: 'Succeed' },
    });
    expect((await new World(definition, never).run()).status).toBe('FAILED');
  });
});

describe('states:startExecution.sync:2', () => {
  const nested = (child: string) =>
    machine({
      A: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Arguments: { StateMachineArn: child, Input: { n: 1 } },
        Output: '{% $states.result.Output %}',
        End: true,
      },
    });

  test('runs the other machine and gives its output as a value', async () => {
    const child = new World(
      machine({ A: { Type: 'Wait', Seconds: 7, Output: { got: '{% $states.input %}' }, End: true } }),
    );
    const { engine, clock } = child;
    const stateMachineArn = engine.createStateMachine(loadStateMachine(nested(child.stateMachineArn)), {
      name: 'parent',
      tasks: () => null,
    });
    const { executionArn } = engine.startExecution({ stateMachineArn });
    await clock.advance(10_000);
    expect(child.describe(executionArn).output).toEqual({ got: { n: 1 } });
    expect(child.types(executionArn)).toContain('TaskSubmitted');
  });

  test("fails with States.TaskFailed, and the child's end as the cause", async () => {
    const child = new World(machine({ A: { Type: 'Fail', Error: 'Nope', Cause: 'because' } }));
    const { engine, clock } = child;
    const stateMachineArn = engine.createStateMachine(loadStateMachine(nested(child.stateMachineArn)), {
      name: 'parent',
      tasks: () => null,
    });
    const { executionArn } = engine.startExecution({ stateMachineArn });
    await clock.advance(10_000);
    const { error, cause } = child.describe(executionArn);
    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause!)).toMatchObject({ Error: 'Nope', Cause: 'because', Status: 'FAILED' });
  });
});

test('other request-response integrations go to the handler as they are', async () => {
  const Resource = 'arn:aws:states:::aws-sdk:ec2:describeInstances';
  const world = new World(
    machine({ A: { Type: 'Task', Resource, Arguments: { InstanceIds: ['i-1'] }, End: true } }),
    (call) => call.resource,
  );
  const { executionArn, output } = await world.run();
  const scheduled = world.events(executionArn).find(({ type }) => type === 'TaskScheduled');
  expect(output).toBe(Resource);
  expect(scheduled?.taskScheduledEventDetails).toMatchObject({
    resourceType: 'aws-sdk:ec2',
    resource: 'describeInstances',
  });
});
