import { stepFunctionsPort } from '../../../infra/lab/engine';
import { errorNamed, machine, task, World } from './world';

const wait = machine({ A: { Type: 'Wait', Seconds: 60, End: true } });

/** 120 executions that run, named e0 to e119. */
function many() {
  const world = new World(wait);
  for (let index = 0; index < 120; index += 1) world.start({ index }, `e${index}`);
  const { stateMachineArn, engine } = world;
  return { stateMachineArn, engine, port: stepFunctionsPort(engine) };
}

describe('the port over the engine', () => {
  test('lists executions in pages of 100, the newest first, with what is asked of a list', async () => {
    const { port, stateMachineArn } = many();
    const first = await port.listExecutions({ stateMachineArn });
    expect(first.executions).toHaveLength(100);
    expect(first.executions?.[0]).toMatchObject({
      name: 'e119',
      status: 'RUNNING',
      redriveCount: 0,
      startDate: new Date('2026-01-01T00:00:00.000Z'),
    });
    const { nextToken } = first;
    const second = await port.listExecutions({ stateMachineArn, nextToken });
    expect(second.executions?.map(({ name }) => name).at(-1)).toBe('e0');
    expect([second.executions?.length, second.nextToken]).toEqual([20, undefined]);
  });

  test('gives as many on a page as it is asked for, up to 1,000', async () => {
    const { port, stateMachineArn } = many();
    const list = (maxResults: number) => port.listExecutions({ stateMachineArn, maxResults });
    expect((await list(1000)).executions).toHaveLength(120);
    expect((await list(7)).executions).toHaveLength(7);
    expect((await list(0)).executions).toHaveLength(100);
    await expect(list(1001)).rejects.toEqual(errorNamed('ValidationException', /1001/));
  });

  test('shows a list only what has the status that it asks for', async () => {
    const { port, stateMachineArn, engine } = many();
    const [{ executionArn } = {}] = engine.listExecutions({ stateMachineArn }).executions ?? [];
    await port.stopExecution({ executionArn });
    const aborted = await port.listExecutions({ stateMachineArn, statusFilter: 'ABORTED' });
    expect(aborted.executions).toMatchObject([{ executionArn, status: 'ABORTED' }]);
    expect((await port.listExecutions({ stateMachineArn, statusFilter: 'TIMED_OUT' })).executions).toEqual([]);
  });

  test('gives the history backwards, page after page', async () => {
    const retry = [{ ErrorEquals: ['Down'], MaxAttempts: 60, IntervalSeconds: 1, BackoffRate: 1 }];
    const world = new World(machine({ A: task({ Retry: retry, End: true }) }), () =>
      Promise.reject(Object.assign(new Error('down'), { name: 'Down' })),
    );
    const { executionArn } = await world.run();
    const port = stepFunctionsPort(world.engine);
    const all: unknown[] = [];
    let nextToken: string | undefined;
    do {
      const page = await port.getExecutionHistory({ executionArn, reverseOrder: true, nextToken });
      expect(page.events!.length).toBeLessThanOrEqual(100);
      all.push(...page.events!);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(all).toEqual(world.events(executionArn).reverse());
    expect(all.length).toBeGreaterThan(100);
  });

  test('rejects where the engine throws', async () => {
    const { port } = many();
    await expect(port.describeExecution({ executionArn: 'arn:nope' })).rejects.toEqual(
      errorNamed('ExecutionDoesNotExist'),
    );
    await expect(port.redriveExecution({ executionArn: 'arn:nope' })).rejects.toEqual(
      errorNamed('ExecutionDoesNotExist'),
    );
  });
});

describe('RedriveExecution by the port', () => {
  test.each([
    ['FAILED', machine({ A: { Type: 'Fail', Error: 'Nope' } })],
    ['TIMED_OUT', machine({ A: { Type: 'Wait', Seconds: 60, End: true } }, { TimeoutSeconds: 10 })],
    ['ABORTED', wait],
  ])('takes up one that has %s, and refuses it while it runs again', async (status, definition) => {
    const world = new World(definition);
    const port = stepFunctionsPort(world.engine);
    const executionArn = world.start();
    if (status === 'ABORTED') await port.stopExecution({ executionArn });
    await world.clock.advance(60_000);
    expect(await port.describeExecution({ executionArn })).toMatchObject({ status, redriveStatus: 'REDRIVABLE' });
    await port.redriveExecution({ executionArn });
    expect(await port.describeExecution({ executionArn })).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
    await expect(port.redriveExecution({ executionArn })).rejects.toEqual(
      errorNamed('ExecutionNotRedrivable', /RUNNING/),
    );
  });

  test.each(['', 'x'.repeat(65), 'with space', 'ä'])('refuses the client token %j', async (clientToken) => {
    const world = new World(machine({ A: { Type: 'Fail' } }));
    const { executionArn } = await world.run();
    const redrive = stepFunctionsPort(world.engine).redriveExecution({ executionArn, clientToken });
    await expect(redrive).rejects.toEqual(errorNamed('ValidationException', /client token/));
  });
});
