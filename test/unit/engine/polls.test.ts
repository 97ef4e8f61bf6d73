import { lambdaTasks } from '../../../infra/lab/engine';
import { isInvariant } from '../../../infra/lab/engine/expressions/invariant';
import { machine, task, World } from './world';

describe('an expression that gives the same in every attempt', () => {
  test.each([
    '$index',
    '$states.input.list[0].name & "x"',
    '$states.context.Execution.Input',
    '$exists($states.context.Execution.RedriveTime) ? $states.context.Execution.RedriveTime : null',
    '$states.context.State.EnteredTime',
    '$states.context.StateMachine.Name',
    '$randomly & $nowhere',
  ])('is one like %s', (source) => {
    expect(isInvariant(source)).toBe(true);
  });

  test.each([
    '$states.context.State.RetryCount',
    '$states.context.State',
    '$states.context',
    '$states',
    '$lookup($states.context.State, "RetryCount")',
    '$merge([$states.input, $states])',
    '$states.context.State.EnteredTimes',
    '$now()',
    '$millis() + 1',
    '($draw := $random; $draw())',
    '$uuid()',
    '$shuffle([1, 2])',
  ])('is not %s', (source) => {
    expect(isInvariant(source)).toBe(false);
  });
});

const pending = Object.assign(new Error('not yet'), { name: 'Pending' });

/** A Task that polls twice in vain, and what each attempt was given. */
async function poll(payload: unknown, spoil: (event: { list?: number[] }) => void = () => undefined) {
  const given: string[] = [];
  const work = async (event: { list?: number[] }) => {
    given.push(JSON.stringify(event));
    spoil(event);
    if (given.length < 3) throw pending;
    return 'done';
  };
  const retry = [{ ErrorEquals: ['Pending'], IntervalSeconds: 5, MaxAttempts: 9 }];
  const polling = task({ Arguments: { FunctionName: 'work', Payload: payload }, Retry: retry, End: true });
  const world = new World(machine({ A: polling }), lambdaTasks({ work }));
  const { executionArn, status } = await world.run({ list: [1] });
  expect(status).toBe('SUCCEEDED');
  const scheduled = world.events(executionArn).flatMap(({ taskScheduledEventDetails }) => {
    const { parameters } = taskScheduledEventDetails ?? {};
    return parameters === undefined ? [] : [(JSON.parse(parameters) as { Payload: unknown }).Payload];
  });
  return { given: given.map((text) => JSON.parse(text) as unknown), scheduled };
}

describe('a Task that polls', () => {
  test('is given again what depends on the attempt', async () => {
    const { given, scheduled } = await poll({ attempt: '{% $states.context.State.RetryCount %}' });
    expect(given).toEqual([{ attempt: 0 }, { attempt: 1 }, { attempt: 2 }]);
    expect(scheduled).toEqual(given);
  });

  test('is given again what depends on the time', async () => {
    const { given } = await poll({ at: '{% $millis() %}' });
    expect(new Set(given.map((event) => (event as { at: number }).at)).size).toBe(3);
  });

  test('is given the same again, whatever it did to its last copy', async () => {
    const { given, scheduled } = await poll({ list: '{% $states.input.list %}' }, ({ list }) => void list?.push(2));
    expect(given).toEqual([{ list: [1] }, { list: [1] }, { list: [1] }]);
    expect(scheduled).toEqual(given);
  });

  test('is given its new redrive count when it is redriven', async () => {
    const given: unknown[] = [];
    const work = async (event: unknown) => {
      given.push(event);
      if (given.length < 3) throw pending;
      return 'done';
    };
    const retry = [{ ErrorEquals: ['Pending'], IntervalSeconds: 5, MaxAttempts: 1 }];
    const Payload = { redrives: '{% $states.context.Execution.RedriveCount %}' };
    const polling = task({ Arguments: { FunctionName: 'work', Payload }, Retry: retry, End: true });
    const world = new World(machine({ A: polling }), lambdaTasks({ work }));
    const { executionArn } = await world.run();
    world.engine.redriveExecution({ executionArn });
    await world.clock.advance(60_000);
    expect(given).toEqual([{ redrives: 0 }, { redrives: 0 }, { redrives: 1 }]);
  });
});
