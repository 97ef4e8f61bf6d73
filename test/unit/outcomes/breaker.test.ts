import type { LaunchExecution } from '../../../functions/fleet/domain/launch-execution';
import { closeBreaker, recordFailure } from '../../../functions/fleet/outcomes/success';
import { settleLaunch } from '../../../functions/fleet/outcomes/settle';
import { type Breaker } from '../../../functions/fleet/ledger/port';
import { aLaunch, someSettings } from '../../support/launches';
import { createWorld, failedLaunch, noAnswer } from './world';
import { LedgerError } from '../../../functions/fleet/ledger/records';

type World = Awaited<ReturnType<typeof createWorld>>['world'];
const aboutBreaker = ({ Subject }: { Subject?: string | undefined }) => Subject === 'breaker of web is open';

/** A failed launch of another instance, which waits. */
function another(world: World, instanceId: string): LaunchExecution {
  world.states.set(instanceId, 'Pending:Wait');
  return { ...failedLaunch, arn: `${failedLaunch.arn}-${instanceId}`, input: aLaunch({ instanceId }) };
}

test('the third instance opens it: first the message about its hold, then one about the breaker', async () => {
  const { world, deps } = await createWorld();
  for (const id of ['i-1', 'i-2', 'i-3']) await settleLaunch(deps, another(world, id));
  expect(world.published.map(({ Subject }) => Subject)).toEqual([
    'i-1 is on hold: Deploy failed (BuildFailed)',
    'i-2 is on hold: Deploy failed (BuildFailed)',
    'i-3 is on hold: Deploy failed (BuildFailed)',
    'breaker of web is open',
  ]);
  expect(world.published[1]?.Message).toContain('it is abandoned: taken out of its target groups');
  expect(world.published[2]?.Message).toContain('The breaker of web is open');
  expect(await world.breaker()).toMatchObject({ openedAt: '2026-01-01T12:00:00.000Z', report: { state: 'sent' } });

  await settleLaunch(deps, another(world, 'i-4'));
  expect(world.published.filter(aboutBreaker)).toHaveLength(1);
  expect(world.published).toHaveLength(5);
});

test('it is open before there is a hold that a run could act on', async () => {
  const { world, deps } = await createWorld();
  world.settings = someSettings({ holdMinutes: 0, breakerAfter: 1 });
  world.before.saveHold = async () => expect((await world.breaker())?.openedAt).toBeDefined();
  await settleLaunch(deps, failedLaunch);
  expect(world.order.slice(0, 2)).toEqual(['breaker unsent', 'hold sending']);
});

test('a hundred that fail at once: all are held, one message about the breaker', async () => {
  const { world, deps } = await createWorld();
  const launches = Array.from({ length: 100 }, (_, at) => another(world, `i-${at.toString(16)}`));
  await Promise.all(launches.map((launch) => settleLaunch(deps, launch)));
  expect(world.published.filter(aboutBreaker)).toHaveLength(1);
  expect(world.published).toHaveLength(101);
  expect((await world.breaker())?.failed).toHaveLength(6);
});

test('a message about it that could not be sent is due when the same launch is looked at again', async () => {
  const { world, deps } = await createWorld();
  world.settings = someSettings({ breakerAfter: 1 });
  world.after.publish = () => {
    world.before.publish = () => Promise.reject(noAnswer());
  };
  await expect(settleLaunch(deps, failedLaunch)).rejects.toThrow('no answer');
  expect((await world.breaker())?.report?.state).toBe('unsure');
  expect((await world.hold())?.report.state).toBe('sent');

  expect(await settleLaunch(deps, failedLaunch)).toMatchObject({ action: 'none' });
  expect(world.published.filter(aboutBreaker)).toHaveLength(1);
  expect((await world.breaker())?.report?.state).toBe('sent');
});

test('a sender of it who is lost is replaced after five minutes, and the message says so', async () => {
  const { world, deps } = await createWorld();
  const sending: Breaker = {
    group: 'web',
    revision: 1,
    failed: ['i-1'],
    openedAt: '2026-01-01T12:00:00.000Z',
    report: { state: 'sending', at: '2026-01-01T12:00:00.000Z' },
  };
  await world.ledger.saveBreaker(sending);
  await settleLaunch(deps, failedLaunch);
  expect(world.published.filter(aboutBreaker)).toEqual([]);
  world.pass(5);
  await settleLaunch(deps, failedLaunch);
  const [message] = world.published.filter(aboutBreaker);
  expect(message?.Message).toMatch(/may be a repetition/);
});

test('it is counted and closed also when others write at the same time', async () => {
  const { world, deps } = await createWorld();
  const meanwhile = (failed: string[]) => async () => {
    await world.ledger.saveBreaker({ group: 'web', revision: ((await world.breaker())?.revision ?? 0) + 1, failed });
  };
  const failure = { group: 'web', instanceId: 'i-2', failedAt: '2026-01-01T12:00:00.000Z' };
  world.before.saveBreaker = meanwhile(['i-1']);
  expect(await recordFailure(deps, failure, 3)).toEqual({ group: 'web', revision: 2, failed: ['i-1', 'i-2'] });
  world.before.saveBreaker = meanwhile(['i-1', 'i-2', 'i-3']);
  expect(await closeBreaker(deps, 'web')).toMatchObject({ revision: 3, failed: ['i-1', 'i-2', 'i-3'] });
  expect(await world.breaker()).toEqual({ group: 'web', revision: 4, failed: [] });
});

test('it tries again when the table had another transaction on it', async () => {
  const { world, deps } = await createWorld();
  const busy = { name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'TransactionConflict' }] };
  world.before.saveBreaker = () => Promise.reject(Object.assign(new Error('busy'), busy));
  const failure = { group: 'web', instanceId: 'i-2', failedAt: '2026-01-01T12:00:00.000Z' };
  expect(await recordFailure(deps, failure, 3)).toMatchObject({ failed: ['i-2'] });
});

test('it gives up on a record that never stands still', async () => {
  const { deps } = await createWorld();
  let tries = 0;
  const saveBreaker = async () => {
    tries += 1;
    throw new LedgerError('Outdated', 'not next', { fault: 'environment' });
  };
  const failure = { group: 'web', instanceId: 'i-2', failedAt: '2026-01-01T12:00:00.000Z' };
  const restless = { ...deps, ledger: { ...deps.ledger, saveBreaker } };
  await expect(recordFailure(restless, failure, 3)).rejects.toThrow('not next');
  expect(tries).toBe(50);
});

test('closing gives what it was, and nothing where there was none', async () => {
  const { world, deps } = await createWorld();
  expect(await closeBreaker(deps, 'web')).toBeUndefined();
  world.settings = someSettings({ breakerAfter: 1 });
  await settleLaunch(deps, failedLaunch);
  expect(await closeBreaker(deps, 'web')).toMatchObject({ openedAt: '2026-01-01T12:00:00.000Z' });
  expect(await world.breaker()).not.toHaveProperty('openedAt');
  expect(await world.breaker()).not.toHaveProperty('report');
  expect((await closeBreaker(deps, 'web'))?.openedAt).toBeUndefined();
});

test('a success closes it, unless it opened after that', async () => {
  const { world, deps } = await createWorld();
  world.settings = someSettings({ breakerAfter: 1 });
  await settleLaunch(deps, failedLaunch);
  const succeeded = { ...another(world, 'i-2'), status: 'SUCCEEDED' };
  await settleLaunch(deps, { ...succeeded, stoppedAt: new Date('2026-01-01T11:59:00Z') });
  expect((await world.breaker())?.openedAt).toBeDefined();
  await settleLaunch(deps, { ...succeeded, stoppedAt: new Date('2026-01-01T12:01:00Z') });
  expect((await world.breaker())?.openedAt).toBeUndefined();
});
