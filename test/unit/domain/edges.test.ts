import { decideClose } from '../../../functions/fleet/domain/breaker';
import { decideHealth, targetGroupName } from '../../../functions/fleet/domain/targets';
import {
  decideFailure,
  decideNotification,
  holdOf,
  clearsHold,
  mayAwaitLaunch,
} from '../../../functions/fleet/domain/outcome';
import { admitLaunch, admitTermination, isInHookOfRelease } from '../../../functions/fleet/domain/lifecycle';
import {
  decideReleaseRepeat,
  decideTakeOver,
  isOfLaterLaunch,
  lastStepsMs,
} from '../../../functions/fleet/domain/release';
import {
  decideRepeat,
  isRunning,
  servesSameAction,
  wasStoppedForRelease,
  type EarlierExecution,
} from '../../../functions/fleet/domain/redrive-or-new-attempt';
import type { Release } from '../../../functions/fleet/contracts/inputs';
import { aLaunch, someSettings } from '../../support/launches';
import { aHold, aMember, anExecution } from '../../support/sightings';

// Where one moment, one word or one absence makes the difference.

const noon = new Date('2026-01-01T12:00:00.000Z');
const later = (ms: number) => new Date(noon.getTime() + ms);

const earlier = (changes: Partial<EarlierExecution> = {}): EarlierExecution => ({
  status: 'SUCCEEDED',
  token: 'token-1',
  redrives: 0,
  redrivable: false,
  stoppedAt: noon,
  ...changes,
});

describe('a breaker', () => {
  const breaker = { group: 'web', revision: 4, failed: ['i-1'] };
  const openedAt = noon.toISOString();

  test('is closed by a success of the very moment in which it opened', () => {
    expect(decideClose({ ...breaker, openedAt }, noon).action).toBe('save');
    expect(decideClose({ ...breaker, openedAt }, later(-1)).action).toBe('none');
  });

  test('says whether it was open', () => {
    expect(decideClose({ ...breaker, openedAt }).reason).toBe('the breaker of web is closed');
    expect(decideClose(breaker).reason).toBe('the count starts at 0 again');
    expect(decideClose({ ...breaker, failed: [], openedAt }).action).toBe('save');
  });
});

describe('health', () => {
  const target = { targetGroup: 'arn:aws:x:targetgroup/web/1', state: 'initial' };

  test('is told with the time in seconds, and without what ELB does not say', () => {
    expect(decideHealth([target], 90_400, 60_000).reason).toBe('not healthy after 90 s: web initial');
    expect(decideHealth([target], 1_000_400, 60_000).reason).toBe('not healthy after 1000 s: web initial');
    expect(decideHealth([{ ...target, reason: 'R' }], 0, 60_000).reason).toBe('web initial (R)');
  });

  test('of something that is no ARN is shown as it is', () => expect(targetGroupName('web')).toBe('web'));
});

describe('a report', () => {
  test('of which it is not known whether it was sent is sent once more, at once, and says so', () => {
    const decision = decideNotification({ state: 'unsure', at: noon.toISOString() }, later(1));
    expect(decision).toMatchObject({ action: 'send', mayBeRepeated: true });
    expect(decision.reason).toContain('it is not known');
  });
});

describe('a failed launch', () => {
  const failed = anExecution({ status: 'FAILED', stoppedAt: noon });
  const seen = { execution: failed, state: 'Pending:Wait', member: aMember(), hold: undefined, other: undefined };

  test('is held also beside one that was started in the same moment, not beside a later one', () => {
    expect(decideFailure({ ...seen, other: anExecution({ startedAt: failed.startedAt }) }).action).toBe('hold');
    const next = new Date(failed.startedAt.getTime() + 1);
    expect(decideFailure({ ...seen, other: anExecution({ startedAt: next }) }).action).toBe('none');
  });

  test('leaves nothing to hold if another failed in the same moment, but for a later one', () => {
    const hold = aHold({ execution: `${failed.arn}_2`, failedAt: noon.toISOString() });
    expect(clearsHold(hold, failed)).toBe(true);
    expect(clearsHold({ ...hold, failedAt: later(1).toISOString() }, failed)).toBe(false);
  });

  test.each(['Pending', 'Pending:Wait', 'Warmed:Pending', 'Warmed:Pending:Wait'])(
    'has an action that waits in %s',
    (state) => expect(mayAwaitLaunch(aLaunch(), state)).toBe(true),
  );
  test.each(['Pending:Proceed', 'Warmed:Pending:Proceed', 'Warmed:Stopped', undefined])('has none in %s', (state) =>
    expect(mayAwaitLaunch(aLaunch(), state)).toBe(false),
  );

  test('without a known time of its end has failed now', () => {
    const failure = { state: 'Deploy', error: 'E', reason: 'R' };
    const terms = { holdMinutes: 60, waits: true, hookEndsAt: undefined };
    const unknown = anExecution({ status: 'FAILED' });
    expect(holdOf({ ...seen, execution: unknown }, aLaunch(), failure, { ...terms, now: noon })).toMatchObject({
      failedAt: noon.toISOString(),
      endsAt: '2026-01-01T13:00:00.000Z',
    });
  });
});

describe('a termination', () => {
  const termination = {
    group: 'web',
    instanceId: 'i-0a1b2c3d',
    lifecycle: { hookName: 'muster-terminate', token: 't', since: noon.toISOString() },
    why: 'scale-in',
  } as const;

  test('of our hook is served', () => {
    expect(admitTermination(termination, someSettings())).toEqual({ action: 'start', reason: 'i-0a1b2c3d leaves web' });
  });

  test('of another hook, or of a group that is not ours, is not, and is told why', () => {
    const other = { ...termination, lifecycle: { ...termination.lifecycle, hookName: 'backup' } };
    expect(admitTermination(other, someSettings())).toEqual({
      action: 'ignore',
      reason: 'hook backup is not muster-terminate: another system completes it',
    });
    const none = { action: 'ignore', reason: 'group web has no settings' };
    expect(admitTermination(termination, undefined)).toEqual(none);
    expect(admitLaunch(aLaunch(), undefined)).toEqual(none);
    expect(admitLaunch(aLaunch({ lifecycle: null }), undefined)).toEqual(none);
  });
});

describe('a release that is asked for again', () => {
  const release: Release = { group: 'web', instanceId: 'i-0a1b2c3d', reason: 'orphan', lifecycle: null };
  const failed = earlier({ status: 'FAILED', redrivable: true, token: null });
  const decide = (changes: Partial<EarlierExecution>, ms: number) =>
    decideReleaseRepeat(release, { ...failed, ...changes }, { now: later(ms) });
  const minute = 60_000;

  // Ten minutes after the first failure, then twice as long each time, and four hours at most.
  test.each([
    [0, 10 * minute],
    [1, 20 * minute],
    [2, 40 * minute],
    [4, 160 * minute],
    [5, 240 * minute],
    [9, 240 * minute],
  ])('after %i redrives continues %i ms after it failed, and not before', (redrives, ms) => {
    expect(decide({ redrives }, ms - 1).action).toBe('ignore');
    expect(decide({ redrives }, ms).action).toBe('redrive');
    expect(decide({ redrives }, ms - 1).reason).toContain(later(ms).toISOString());
  });

  test('continues at once if it is not known when it failed', () => {
    const unknown = { ...failed };
    Reflect.deleteProperty(unknown, 'stoppedAt');
    expect(decideReleaseRepeat(release, unknown, { now: noon }).action).toBe('redrive');
  });

  test('without a token is for no action that was served already', () => {
    expect(decideReleaseRepeat(release, earlier({ token: null }), { now: noon }).action).toBe('next-attempt');
    expect(decideReleaseRepeat(release, earlier({ token: undefined }), { now: noon }).action).toBe('next-attempt');
    expect(servesSameAction({ token: null, since: later(-1).toISOString() }, earlier())).toBe(false);
  });
});

describe('to take over', () => {
  const soon = { now: noon, state: undefined };

  test('is waited for until no step can be at work, and said in seconds', () => {
    expect(lastStepsMs).toBe(70_000);
    const since = (ms: number) => aMember({ endingSince: later(-ms).toISOString() });
    expect(decideTakeOver(aMember(), 'orphan', soon).reason).toContain('for 70 s a step');
    expect(decideTakeOver(since(68_500), 'orphan', soon).reason).toContain('for 2 s a step');
    expect(decideTakeOver(since(68_999), 'orphan', soon).reason).toContain('for 2 s a step');
    expect(decideTakeOver(since(70_000), 'orphan', soon).action).toBe('take');
  });

  test('continues what was begun, even if the instance is gone', () => {
    const begun = aMember({ phase: 'releasing', inServiceAt: noon.toISOString() });
    expect(decideTakeOver(begun, 'abandoned', { ...soon, state: 'InService' }).action).toBe('take');
    expect(decideTakeOver(begun, 'orphan', soon)).toEqual({ action: 'take', reason: 'web-01 is being released' });
  });

  test('says where one is that went into service meanwhile', () => {
    const served = aMember({ phase: 'in-service', inServiceAt: later(-lastStepsMs).toISOString() });
    expect(decideTakeOver(served, 'abandoned', soon).reason).toContain('(gone since)');
    expect(decideTakeOver(served, 'abandoned', { ...soon, state: 'InService' }).reason).toContain('(InService)');
  });

  test.each([
    ['one of another launch', {}, {}, true],
    ['one of a launch that it is for', {}, { launches: ['arn:other', aMember().execution] }, false],
    ['one that is being released already', { phase: 'releasing' }, {}, false],
    ['one that is to be abandoned', {}, { reason: 'abandoned' }, false],
    ['anything, if it does not say what for', {}, { launches: undefined }, false],
  ] as const)('a release leaves alone %s', (_, member, release, expected) => {
    const asked = { reason: 'orphan', launches: ['arn:other'], ...release } as const;
    expect(isOfLaterLaunch(aMember(member), asked)).toBe(expected);
  });

  test.each([undefined, 'Terminating', 'Warmed:Pending', 'Pending', 'ReplacingRootVolume'])(
    'no release is waited for in %s',
    (state) => {
      for (const reason of ['scale-in', 'abandoned', 'orphan', 'to-warm-pool', 'root-volume'] as const)
        expect(isInHookOfRelease(reason, state)).toBe(false);
    },
  );
});

describe('a launch that is reported again', () => {
  const again = aLaunch({ lifecycle: { hookName: 'muster-launch', token: 'token-2', since: later(1).toISOString() } });
  const failed = earlier({ status: 'FAILED' });

  test('says into what it was launched', () => {
    expect(admitLaunch(aLaunch(), someSettings()).reason).toBe('i-0a1b2c3d was launched into web');
    expect(admitLaunch(aLaunch({ destination: 'WarmPool' }), someSettings()).reason).toContain(
      'into the warm pool of web',
    );
  });

  test.each(['RUNNING', 'PENDING_REDRIVE'])('is under way (%s), and nothing more is asked', (status) => {
    expect(isRunning({ status })).toBe(true);
    expect(decideRepeat(again, earlier({ status }), 'Pending:Wait')).toEqual({
      action: 'ignore',
      reason: 'its execution is running',
    });
  });

  test('begins again after a failure only with an action that began after it, and by its event', () => {
    const decide = (changes: Partial<typeof again>, since = later(1).toISOString(), token = 'token-2') =>
      decideRepeat(
        { ...again, ...changes, lifecycle: { hookName: 'muster-launch', token, since } },
        failed,
        'Pending:Wait',
      ).action;
    expect(decide({})).toBe('next-attempt');
    expect(decide({}, noon.toISOString())).toBe('ignore');
    expect(decide({}, later(1).toISOString(), 'token-1')).toBe('ignore');
    expect(decide({ startedBy: 'reconciler' })).toBe('ignore');
    const unknown = { ...failed };
    Reflect.deleteProperty(unknown, 'stoppedAt');
    expect(decideRepeat(again, unknown, 'Pending:Wait').action).toBe('ignore');
    const lifecycle = { hookName: 'muster-launch', token: 'token-2' };
    expect(decideRepeat({ ...again, lifecycle }, failed, 'Pending:Wait').action).toBe('ignore');
  });

  test('says how the earlier one has ended', () => {
    const reason = (changes: Partial<EarlierExecution>, state?: string) =>
      decideRepeat(again, earlier(changes), state).reason;
    expect(reason({}, 'InService')).toBe('its execution has succeeded, and the instance does not wait (InService)');
    expect(reason({ status: 'ABORTED', error: 'InstanceGone' })).toBe(
      'its launch was stopped for a release, and the instance does not wait (it has left the group)',
    );
    expect(decideRepeat(again, { ...failed, token: 'token-1' }, undefined).reason).toBe(
      'its execution was FAILED, and the instance does not wait (it has left the group)',
    );
  });

  test('was released only if it was stopped for that', () => {
    expect(wasStoppedForRelease({ status: 'ABORTED', error: 'InstanceGone' })).toBe(true);
    expect(wasStoppedForRelease({ status: 'FAILED', error: 'InstanceGone' })).toBe(false);
    expect(wasStoppedForRelease({ status: 'ABORTED' })).toBe(false);
  });

  test('in the very moment of the end is about another action', () => {
    expect(servesSameAction({ token: 'token-2', since: later(-1).toISOString() }, earlier())).toBe(true);
    expect(servesSameAction({ token: 'token-2', since: noon.toISOString() }, earlier())).toBe(false);
  });
});
