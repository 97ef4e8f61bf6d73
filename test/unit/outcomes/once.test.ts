import { settleLaunch } from '../../../functions/fleet/outcomes/settle';
import { someSettings } from '../../support/launches';
import { createWorld, failedLaunch, noAnswer } from './world';

const repetition = /may be a repetition/;

test('of many runs that see one failure at once, one sends the message', async () => {
  const { world, deps } = await createWorld();
  const settled = await Promise.all(Array.from({ length: 8 }, () => settleLaunch(deps, failedLaunch)));
  expect(settled.map(({ action }) => action).sort()).toEqual(['held', ...Array.from({ length: 7 }, () => 'none')]);
  expect(world.published).toHaveLength(1);
  expect(world.counted('LaunchesHeld')).toBe(1);
  expect((await world.breaker())?.failed).toEqual(['i-0a1b2c3d']);
});

test('nothing is told again of a hold that a release removes while another run reads it', async () => {
  const { world, deps } = await createWorld();
  await settleLaunch(deps, failedLaunch);
  const { findHold: hold } = deps.ledger;
  deps.ledger.findHold = async (...who) => {
    // The answer comes late: by then the instance is released, and nothing of it is on record.
    const held = await world.hold();
    if (held !== undefined) await world.ledger.removeHold('web', 'i-0a1b2c3d');
    await world.become(undefined);
    world.states.delete('i-0a1b2c3d');
    return hold(...who);
  };
  expect(await settleLaunch(deps, failedLaunch)).toMatchObject({ action: 'none' });
  expect(world.published).toHaveLength(1);
});

const tooFast = () => Object.assign(new Error('Rate exceeded'), { name: 'ThrottledException' });

test('a message that was refused is due at once, and is no repetition', async () => {
  const { world, deps } = await createWorld();
  world.before.publish = () => Promise.reject(tooFast());
  await expect(settleLaunch(deps, failedLaunch)).rejects.toThrow('Rate exceeded');
  expect((await world.hold())?.report.state).toBe('unsent');
  expect(world.published).toEqual([]);

  expect(await settleLaunch(deps, failedLaunch)).toMatchObject({ action: 'reported' });
  expect((await world.hold())?.report.state).toBe('sent');
  expect(world.published).toHaveLength(1);
  expect(world.published[0]?.Message).not.toMatch(repetition);
  expect(world.counted('LaunchesHeld')).toBe(1);
});

test('a message whose answer was lost is due at once, and says that it may be a repetition', async () => {
  const { world, deps } = await createWorld();
  world.after.publish = () => Promise.reject(noAnswer());
  await expect(settleLaunch(deps, failedLaunch)).rejects.toThrow('no answer');
  expect((await world.hold())?.report.state).toBe('unsure');

  expect(await settleLaunch(deps, failedLaunch)).toMatchObject({ action: 'reported' });
  expect(world.published.map(({ Message }) => repetition.test(Message ?? ''))).toEqual([false, true]);
});

test('what may be a repetition may still be one when it is refused, and sent later', async () => {
  const { world, deps } = await createWorld();
  world.after.publish = () => Promise.reject(noAnswer());
  await expect(settleLaunch(deps, failedLaunch)).rejects.toThrow('no answer');
  world.before.publish = () => Promise.reject(tooFast());
  await expect(settleLaunch(deps, failedLaunch)).rejects.toThrow('Rate exceeded');
  await settleLaunch(deps, failedLaunch);
  expect(world.published.map(({ Message }) => repetition.test(Message ?? ''))).toEqual([false, true]);
});

test('what keeps a message from being sent is told, also when that cannot be noted', async () => {
  const { world, deps } = await createWorld();
  world.before.publish = () => {
    world.before.saveHold = () => Promise.reject(Object.assign(new Error('table'), { name: 'InternalServerError' }));
    return Promise.reject(noAnswer());
  };
  await expect(settleLaunch(deps, failedLaunch)).rejects.toThrow('no answer');
  expect((await world.hold())?.report.state).toBe('sending');
  expect(world.logs()).toMatchObject([{ level: 'error', problem: 'table' }]);
});

test('a sender who is lost is replaced after five minutes, and the message says so', async () => {
  const { world, deps } = await createWorld();
  // It was sent, and the note of that is lost.
  world.after.publish = () => {
    world.before.saveHold = () => Promise.reject(noAnswer());
  };
  await expect(settleLaunch(deps, failedLaunch)).rejects.toThrow('no answer');
  expect((await world.hold())?.report.state).toBe('sending');

  world.pass(4);
  expect(await settleLaunch(deps, failedLaunch)).toMatchObject({ action: 'none' });
  expect(world.published).toHaveLength(1);

  world.pass(1);
  expect(await settleLaunch(deps, failedLaunch)).toMatchObject({ action: 'reported' });
  expect(world.published.map(({ Message }) => repetition.test(Message ?? ''))).toEqual([false, true]);
  expect((await world.hold())?.report.state).toBe('sent');
  expect(world.counted('LaunchesHeld')).toBe(1);
});

test('a hold that an operator makes longer meanwhile stays longer, and is noted as sent', async () => {
  const { world, deps } = await createWorld();
  world.after.publish = async () => {
    const held = (await world.hold())!;
    const endsAt = '2026-01-01T20:00:00.000Z';
    await world.ledger.saveHold({ ...held, revision: held.revision + 1, endsAt });
  };
  await settleLaunch(deps, failedLaunch);
  expect(await world.hold()).toMatchObject({
    revision: 3,
    endsAt: '2026-01-01T20:00:00.000Z',
    report: { state: 'sent' },
  });
});

test('a hold that ends meanwhile is not made again', async () => {
  const { world, deps } = await createWorld();
  world.after.publish = () => world.ledger.removeHold('web', 'i-0a1b2c3d');
  expect(await settleLaunch(deps, failedLaunch)).toMatchObject({ action: 'held' });
  expect(await world.hold()).toBeUndefined();
});

test('a hold of a later failure is left alone by a run that still sends', async () => {
  const { world, deps } = await createWorld();
  world.after.publish = async () => {
    const held = (await world.hold())!;
    const report = { state: 'sending', at: '2026-01-01T12:00:09.000Z' } as const;
    await world.ledger.saveHold({ ...held, revision: held.revision + 1, redrive: 1, report });
  };
  await settleLaunch(deps, failedLaunch);
  expect(await world.hold()).toMatchObject({ revision: 2, redrive: 1, report: { state: 'sending' } });
});

describe('what was counted stays counted, and is not counted again', () => {
  test('by a run that comes back after the message failed and a success came between', async () => {
    const { world, deps } = await createWorld();
    world.settings = someSettings({ breakerAfter: 1 });
    world.before.publish = () => Promise.reject(noAnswer());
    await expect(settleLaunch(deps, failedLaunch)).rejects.toThrow();
    await world.ledger.saveBreaker({ group: 'web', revision: (await world.breaker())!.revision + 1, failed: [] });
    await settleLaunch(deps, failedLaunch);
    expect((await world.breaker())?.failed).toEqual([]);
    expect(world.published).toHaveLength(1);
  });
});
