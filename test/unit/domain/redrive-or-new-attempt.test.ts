import { readFileSync } from 'node:fs';
import type { Release } from '../../../functions/fleet/contracts/inputs';
import { admitLaunch } from '../../../functions/fleet/domain/lifecycle';
import { decideReleaseRepeat } from '../../../functions/fleet/domain/release';
import {
  decideRepeat,
  isForgotten,
  numberingState,
  type EarlierExecution,
} from '../../../functions/fleet/domain/redrive-or-new-attempt';
import { aLaunch, someSettings } from '../../support/launches';

describe('admitLaunch', () => {
  test('a launch of our hook starts', () => {
    expect(admitLaunch(aLaunch(), someSettings()).action).toBe('start');
  });
  test('one without a lifecycle action starts too', () => {
    expect(admitLaunch(aLaunch({ lifecycle: null }), someSettings()).action).toBe('start');
  });
  test("another hook's action is left to the owner of the hook", () => {
    const decision = admitLaunch(aLaunch({ lifecycle: { hookName: 'backup', token: 't' } }), someSettings());
    expect(decision).toEqual({ action: 'ignore', reason: expect.stringContaining('backup') as string });
  });
  test('an instance on its way into a warm pool is prepared there', () => {
    expect(admitLaunch(aLaunch({ destination: 'WarmPool' }), someSettings())).toMatchObject({
      action: 'start',
      reason: expect.stringContaining('warm pool') as string,
    });
  });
});

const earlier = (changes: Partial<EarlierExecution>): EarlierExecution => ({
  status: 'SUCCEEDED',
  token: 'token-1',
  redrives: 0,
  redrivable: false,
  ...changes,
});

describe('decideRepeat', () => {
  const again = aLaunch({ lifecycle: { hookName: 'muster-launch', token: 'token-2' } });

  test('the instance waits again, for another action, and the earlier execution ended well: a further launch', () => {
    expect(decideRepeat(again, earlier({ status: 'SUCCEEDED' }), 'Pending:Wait').action).toBe('next-attempt');
  });
  test.each([
    ['the same action', aLaunch(), earlier({ status: 'SUCCEEDED' }), 'Pending:Wait'],
    ['it does not wait', again, earlier({ status: 'SUCCEEDED' }), 'InService'],
    ['it is gone', again, earlier({ status: 'SUCCEEDED' }), undefined],
    ['it is running', again, earlier({ status: 'RUNNING' }), 'Pending:Wait'],
    ['it has failed: its operator redrives it', again, earlier({ status: 'FAILED' }), 'Pending:Wait'],
    ['it was aborted', again, earlier({ status: 'ABORTED' }), 'Pending:Wait'],
    ['a notification after the fact', aLaunch({ lifecycle: null }), earlier({ status: 'SUCCEEDED' }), 'Pending:Wait'],
  ])('nothing new: %s', (_, launch, before, state) => {
    expect(decideRepeat(launch, before, state).action).toBe('ignore');
  });

  test('a late event of an action that was served without its token is nothing new', () => {
    const stoppedAt = new Date('2026-01-01T00:10:00Z');
    const served = earlier({ token: undefined, stoppedAt });
    const at = (since: string) => aLaunch({ lifecycle: { hookName: 'muster-launch', token: 'token-2', since } });
    expect(decideRepeat(at('2026-01-01T00:00:00Z'), served, 'Pending:Wait').action).toBe('ignore');
    expect(decideRepeat(at('2026-01-01T00:20:00Z'), served, 'Pending:Wait').action).toBe('next-attempt');
  });
  test('a failure does not bar an action that began after it, though it does bar a late event of its own', () => {
    const failed = earlier({ status: 'FAILED', stoppedAt: new Date('2026-01-01T00:10:00Z') });
    const at = (token: string, since: string) => aLaunch({ lifecycle: { hookName: 'muster-launch', token, since } });
    expect(decideRepeat(at('token-2', '2026-01-01T00:20:00Z'), failed, 'Pending:Wait').action).toBe('next-attempt');
    expect(decideRepeat(at('token-2', '2026-01-01T00:20:00Z'), failed, 'InService').action).toBe('ignore');
    expect(decideRepeat(at('token-1', '2026-01-01T00:20:00Z'), failed, 'Pending:Wait').action).toBe('ignore');
    expect(decideRepeat(at('token-2', '2026-01-01T00:00:00Z'), failed, 'Pending:Wait').action).toBe('ignore');
  });
  test('one that was released and waits again is launched again', () => {
    const letGo = earlier({ status: 'ABORTED', error: 'InstanceGone' });
    expect(decideRepeat(again, letGo, 'Pending:Wait').action).toBe('next-attempt');
    expect(decideRepeat(again, letGo, 'Terminating:Wait').action).toBe('ignore');
  });
  test('a retry redrives what can be redriven, and makes a further attempt of what cannot', () => {
    const retry = aLaunch({ startedBy: 'retry' });
    expect(decideRepeat(retry, earlier({ status: 'FAILED', redrivable: true }), 'Pending:Wait').action).toBe('redrive');
    expect(decideRepeat(retry, earlier({ status: 'FAILED' }), 'Pending:Wait').action).toBe('next-attempt');
    const gone = earlier({ status: 'FAILED', redrivable: true, error: 'InstanceGone' });
    expect(decideRepeat(retry, gone, 'Pending:Wait').action).toBe('next-attempt');
  });
});

describe('decideReleaseRepeat', () => {
  const now = new Date('2026-01-01T01:00:00Z');
  const release = (token: string | null): Release => ({
    group: 'web',
    instanceId: 'i-0a1b2c3d',
    reason: 'scale-in',
    lifecycle: { hookName: 'muster-terminate', token, result: 'CONTINUE' },
  });
  const minutesAgo = (count: number) => new Date(now.getTime() - count * 60_000);

  test.each<[string, string | null, Partial<EarlierExecution>, string]>([
    ['it runs', 'token-1', { status: 'RUNNING' }, 'ignore'],
    ['it has ended well, for the same action', 'token-1', {}, 'ignore'],
    ['it has ended well, for the same action, a moment ago', 'token-1', { stoppedAt: minutesAgo(1) }, 'ignore'],
    ['it has ended well, and its action waits all the same', 'token-1', { stoppedAt: minutesAgo(2) }, 'next-attempt'],
    ['it has ended well, for another action', 'token-2', {}, 'next-attempt'],
    ['it has ended well, and something is left', null, {}, 'next-attempt'],
    ['it has just failed', null, { status: 'FAILED', redrivable: true, stoppedAt: minutesAgo(9) }, 'ignore'],
    ['it failed a while ago', null, { status: 'FAILED', redrivable: true, stoppedAt: minutesAgo(11) }, 'redrive'],
    [
      'it failed again a while ago',
      null,
      { status: 'FAILED', redrivable: true, redrives: 2, stoppedAt: minutesAgo(11) },
      'ignore',
    ],
    [
      'it failed for the tenth time, hours ago',
      null,
      { status: 'FAILED', redrivable: true, redrives: 9, stoppedAt: minutesAgo(250) },
      'redrive',
    ],
    ['it failed and cannot be redriven', null, { status: 'FAILED', stoppedAt: minutesAgo(1) }, 'next-attempt'],
    [
      'it failed, for another action',
      'token-2',
      { status: 'FAILED', redrivable: true, stoppedAt: minutesAgo(1) },
      'next-attempt',
    ],
  ])('%s', (_, token, before, expected) => {
    expect(decideReleaseRepeat(release(token), earlier(before), { now }).action).toBe(expected);
  });

  test('an event of the action that it has served is an old one, whenever it comes', () => {
    const served = earlier({ stoppedAt: minutesAgo(600) });
    const since = minutesAgo(610).toISOString();
    expect(decideReleaseRepeat(release('token-1'), served, { now, since }).action).toBe('ignore');
  });
});

test('what had a number and has none is forgotten; what never had one, or needs none, is not', () => {
  const failed = { hasMember: false, state: 'Deploy', destination: 'AutoScalingGroup' };
  expect(isForgotten(failed)).toBe(true);
  expect(isForgotten({ ...failed, hasMember: true })).toBe(false);
  expect(isForgotten({ ...failed, state: numberingState })).toBe(false);
  expect(isForgotten({ ...failed, state: undefined })).toBe(false);
  expect(isForgotten({ ...failed, destination: 'WarmPool' })).toBe(false);
  const definition = readFileSync('statemachines/fleet/scale-out.asl.json', 'utf8');
  expect((JSON.parse(definition) as { StartAt: string }).StartAt).toBe(numberingState);
});
