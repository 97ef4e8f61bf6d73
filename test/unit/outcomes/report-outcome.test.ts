import { makeHandler } from '../../../functions/fleet/triggers/report-outcome/handler';
import { aMember, aReserve } from '../../support/sightings';
import { createWorld, failedLaunch, noAnswer } from './world';

const stateMachineArn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:scale-out';

function anEvent(detail: Record<string, unknown> = {}) {
  return {
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    detail: { executionArn: failedLaunch.arn, stateMachineArn, status: 'FAILED', input: null, ...detail },
  };
}

async function setUp() {
  const { world, deps } = await createWorld();
  return { world, handle: makeHandler({ ...deps, stateMachineArn }) };
}

test('a failed launch is held and reported, and the log names the instance', async () => {
  const { world, handle } = await setUp();
  expect(await handle(anEvent())).toMatchObject({ action: 'held' });
  expect(world.published).toHaveLength(1);
  expect(world.logs()).toMatchObject([
    { level: 'info', group: 'web', instance: 'i-0a1b2c3d', execution: failedLaunch.arn, redrive: 0, action: 'held' },
  ]);
});

test('it is looked at as it is now: an event that comes after a redrive holds nothing', async () => {
  const { world, handle } = await setUp();
  world.executions = [{ ...failedLaunch, status: 'RUNNING', redrives: 1 }];
  expect(await handle(anEvent())).toMatchObject({ action: 'none' });
  world.executions = [{ ...failedLaunch, status: 'SUCCEEDED', redrives: 1 }];
  expect(await handle(anEvent())).toMatchObject({ action: 'none' });
  expect(await world.hold()).toBeUndefined();
  expect(world.published).toEqual([]);
});

test.each([
  ['StillRunning', anEvent({ status: 'RUNNING' })],
  ['NotOurs', anEvent({ stateMachineArn: `${stateMachineArn}-2` })],
  ['Forgotten', anEvent({ executionArn: `${failedLaunch.arn}-of-last-year` })],
])('%s is a named no-op', async (name, event) => {
  const { world, handle } = await setUp();
  expect(await handle(event)).toMatchObject({ action: 'ignored', name });
  expect(world.order).toEqual([]);
  expect(world.logs()).toMatchObject([{ level: 'info', name }]);
});

test('a malformed event is refused', async () => {
  const { handle } = await setUp();
  await expect(handle(anEvent({ executionArn: 7 }))).rejects.toMatchObject({
    name: 'EventRefused',
    message: expect.stringContaining('detail.executionArn: got 7') as string,
  });
});

test('what keeps the message from being sent continues, so that Lambda tries again', async () => {
  const { world, handle } = await setUp();
  world.before.publish = () => Promise.reject(noAnswer());
  await expect(handle(anEvent())).rejects.toThrow('no answer');
  expect(await handle(anEvent())).toMatchObject({ action: 'reported' });
});

const build = {
  revision: 3,
  attempt: 1,
  execution: failedLaunch.arn,
  redrive: 0,
  correlation: 'c',
  startedAt: '2026-01-01T11:59:00.000Z',
  outcome: { succeeded: false, result: 'FAILURE', message: 'm', url: 'https://jenkins.example.com/job/deploy/7/' },
};

test.each([
  ['of a member', aMember({ builds: { deploy: build } }), true],
  ['of one that enters the warm pool', aReserve({ builds: { deploy: build } }), true],
  ['of another job', aMember({ builds: { provision: build } }), false],
])('the message has the build that failed, %s', async (_, record, expected) => {
  const { world, handle } = await setUp();
  await world.become('index' in record ? record : undefined);
  if (!('index' in record)) await world.ledger.saveReserve(record);
  await handle(anEvent());
  expect(world.published[0]?.Message?.includes('https://jenkins.example.com/job/deploy/7/')).toBe(expected);
});

test('what the operator reads has no token and no input of the execution', async () => {
  const { world, handle } = await setUp();
  await handle(anEvent());
  expect(JSON.stringify([world.published, world.logs()])).not.toContain('token-1');
});
