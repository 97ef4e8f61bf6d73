import {
  decideFailure,
  decideNotification,
  errorOf,
  holdOf,
  hookEnd,
  isKnownFailure,
  clearsHold,
  limitHold,
  mayAwaitLaunch,
  type FailedLaunch,
} from '../../../functions/fleet/domain/outcome';
import { aLaunch } from '../../support/launches';
import { aHold, aMember, anExecution } from '../../support/sightings';

const failed = anExecution({ status: 'FAILED', stoppedAt: new Date('2026-01-01T12:00:00Z') });
const now = new Date('2026-01-01T12:00:02Z');
const at = (time: string) => new Date(`2026-01-01T${time}Z`);

describe('a failure is known', () => {
  test('when its message is sent', () => {
    expect(isKnownFailure(aHold(), failed, now)).toBe(true);
  });

  test.each([
    ['without a hold', undefined],
    ['when the hold is of an earlier redrive', aHold({ redrive: 1 })],
    ['when the hold is of another execution', aHold({ execution: `${failed.arn}_2` })],
    ['when its message could not be sent', aHold({ report: { state: 'unsent', at: '2026-01-01T12:00:01.000Z' } })],
  ])('not %s', (_, hold) => expect(isKnownFailure(hold, failed, now)).toBe(false));

  test('while a run sends its message, and for five minutes at most', () => {
    const sending = aHold({ report: { state: 'sending', at: '2026-01-01T12:00:01.000Z' } });
    expect(isKnownFailure(sending, failed, at('12:05:00.999'))).toBe(true);
    expect(isKnownFailure(sending, failed, at('12:05:01'))).toBe(false);
  });
});

describe('a message', () => {
  test('that was taken over may be a repetition', () => {
    const report = { state: 'sending', at: '2026-01-01T12:00:00.000Z' } as const;
    expect(decideNotification(report, at('12:05:00'))).toMatchObject({ action: 'send', mayBeRepeated: true });
  });

  test('that was never sent is none', () => {
    expect(decideNotification(undefined, now)).toMatchObject({ action: 'send', mayBeRepeated: false });
  });
});

describe('a hold ends', () => {
  test.each([
    ['as configured, without a hook', '13:00:00', undefined, '13:00:00'],
    ['as configured, long before its hook', '13:00:00', '2026-01-01T14:00:00.000Z', '13:00:00'],
    ['two minutes before its hook', '13:00:00', '2026-01-01T12:30:00.000Z', '12:28:00'],
    ['two minutes before its hook also if it would end within them', '13:00:00', '2026-01-01T13:01:00Z', '12:59:00'],
  ])('%s', (_, wanted, hookEndsAt, expected) => {
    expect(limitHold(at(wanted), hookEndsAt)).toEqual(at(expected));
  });

  test('the hook ends its global limit after the action began', () => {
    const since = aLaunch({ lifecycle: { hookName: 'h', token: 't', since: '2026-01-01T11:40:00Z' } });
    expect(hookEnd(failed, since, 6000)).toBe('2026-01-01T13:20:00.000Z');
    // It is not known since when: at the latest since the execution started.
    expect(hookEnd(failed, aLaunch(), 6000)).toBe('2026-01-01T13:30:00.000Z');
    expect(hookEnd(failed, since, undefined)).toBeUndefined();
  });

  test.each([
    ['Pending:Wait', true],
    ['Warmed:Pending:Wait', true],
    ['Pending:Proceed', false],
    ['InService', false],
  ])('in %s a lifecycle action waits: %s', (state, waits) => {
    expect(mayAwaitLaunch(aLaunch(), state)).toBe(waits);
    expect(mayAwaitLaunch(aLaunch({ lifecycle: null }), state)).toBe(false);
  });
});

describe('a failed launch', () => {
  const seen = (changes: Partial<FailedLaunch>): FailedLaunch => ({
    execution: failed,
    state: 'Pending:Wait',
    member: aMember(),
    hold: undefined,
    other: undefined,
    ...changes,
  });
  const elsewhere = aMember({ execution: `${failed.arn}_2` });
  const later = anExecution({ arn: `${failed.arn}_2`, name: 'second', startedAt: at('12:10:00') });
  const earlier = anExecution({ arn: `${failed.arn}_2`, name: 'first', startedAt: at('11:00:00') });

  test.each<[string, Partial<FailedLaunch>]>([
    ['with a number', {}],
    ['that failed before it had a number', { member: undefined }],
    ['in service that was told by a notification', { state: 'InService' }],
    ['that was stopped by hand', { execution: { ...failed, status: 'ABORTED' } }],
    ['that failed with InstanceGone by itself', { execution: { ...failed, error: 'InstanceGone' } }],
    ['with a hold of what came before', { hold: aHold({ execution: 'other', failedAt: '2026-01-01T11:00:00.000Z' }) }],
    ['with a hold of before its redrive', { hold: aHold(), execution: { ...failed, redrives: 1 } }],
    ['that failed before the member was its own', { member: elsewhere, other: earlier }],
    ['of a member whose own execution is forgotten', { member: elsewhere }],
    [
      'that is on hold, and whose instance came into the warm pool since',
      { execution: { ...failed, error: 'LifecycleExpired' }, state: 'Warmed:Stopped', hold: aHold() },
    ],
    ['that failed in a step, though its instance came into the warm pool', { state: 'Warmed:Stopped' }],
    ['on a new root volume, before the member was its own', { member: { ...elsewhere, phase: 'replacing' } }],
  ])('%s is held', (_, changes) => expect(decideFailure(seen(changes)).action).toBe('hold'));

  test.each<[string, Partial<FailedLaunch>, string]>([
    ['that we stopped', { execution: { ...failed, status: 'ABORTED', error: 'InstanceGone' } }, 'was stopped'],
    ['whose instance is gone', { state: undefined }, 'left its group'],
    ['whose instance leaves', { state: 'Terminating:Wait' }, 'Terminating:Wait'],
    ['whose member is being released', { member: aMember({ phase: 'releasing' }) }, 'being released'],
    ['whose member is in service', { member: aMember({ phase: 'in-service' }) }, 'in service'],
    [
      'whose last step died before it could say that it succeeded',
      { member: aMember({ phase: 'completing' }), state: 'InService' },
      'nevertheless',
    ],
    [
      'whose instance came into the warm pool without its last step',
      { execution: { ...failed, error: 'LifecycleExpired' }, state: 'Warmed:Stopped', hold: undefined },
      'in the warm pool (Warmed:Stopped)',
    ],
    ['of before the root volume was replaced', { member: aMember({ phase: 'replacing' }) }, 'root volume'],
    ['that has a successor', { member: elsewhere, other: later }, 'second has come after it'],
    ['of before the hold', { hold: aHold({ execution: 'x', failedAt: '2026-01-01T12:30:00.000Z' }) }, 'later failure'],
    ['of before the redrive that is on hold', { hold: aHold({ redrive: 1 }) }, 'later failure'],
  ])('%s is not held', (_, changes, why) => {
    const decision = decideFailure(seen(changes));
    expect(decision.action).toBe('none');
    expect(decision.reason).toContain(why);
  });

  test('gets a hold with everything that is known', () => {
    const terms = { holdMinutes: 60, waits: true, hookEndsAt: '2026-01-01T12:30:00.000Z' };
    const failure = { state: 'Deploy', error: 'BuildFailed', reason: 'why' };
    expect(holdOf(seen({ hold: aHold({ revision: 4 }) }), aLaunch(), failure, { ...terms, now })).toEqual({
      group: 'web',
      instanceId: 'i-0a1b2c3d',
      revision: 4,
      name: 'web-01',
      execution: failed.arn,
      redrive: 0,
      ...failure,
      failedAt: '2026-01-01T12:00:00.000Z',
      endsAt: '2026-01-01T12:28:00.000Z',
      hookEndsAt: '2026-01-01T12:30:00.000Z',
      report: { state: 'unsent', at: '2026-01-01T12:00:02.000Z' },
    });
  });

  test('has no end where nothing waits, and no name without a number', () => {
    const terms = { holdMinutes: 60, waits: false, hookEndsAt: undefined };
    const failure = { state: 'Claim index', error: 'GroupNotManaged', reason: 'why' };
    const hold = holdOf(seen({ member: undefined }), aLaunch(), failure, { ...terms, now });
    expect(hold).not.toHaveProperty('endsAt');
    expect(hold).not.toHaveProperty('hookEndsAt');
    expect(hold).not.toHaveProperty('name');
    expect(hold.revision).toBe(0);
  });

  test('held for 0 minutes ends when it failed', () => {
    const failure = { state: 'Deploy', error: 'BuildFailed', reason: 'why' };
    const hold = holdOf(seen({}), aLaunch(), failure, { holdMinutes: 0, waits: true, hookEndsAt: undefined, now });
    expect(hold.endsAt).toBe(hold.failedAt);
  });
});

describe('a success', () => {
  const succeeded = anExecution({ status: 'SUCCEEDED', stoppedAt: at('12:20:00') });
  test.each([
    ['ends the hold of its own failure', aHold(), true],
    ['ends the hold of an earlier launch', aHold({ execution: 'other' }), true],
    ['leaves a later one', aHold({ execution: 'other', failedAt: '2026-01-01T12:30:00.000Z' }), false],
  ])('%s', (_, hold, expected) => expect(clearsHold(hold, succeeded)).toBe(expected));
});

describe('what an execution says of its error', () => {
  test.each([
    [
      "is Lambda's message",
      '{"errorType":"BuildFailed","errorMessage":"deploy #1 FAILURE\\nline"}',
      /^deploy #1 FAILURE\nline$/,
    ],
    ['is text that is no JSON', 'stopped by hand', /^stopped by hand$/],
    ['is JSON of another program', '{"why":1}', /^\{"why":1\}$/],
    ['is JSON that is no object', 'null', /^null$/],
    ['is never nothing', '', /does not say why/],
    ['is never nothing, without a cause', undefined, /does not say why/],
  ])('%s', (_, cause, expected) => {
    const execution = anExecution({ status: 'FAILED', error: 'BuildFailed', ...(cause !== undefined && { cause }) });
    expect(errorOf(execution)).toEqual({ error: 'BuildFailed', reason: expect.stringMatching(expected) as string });
  });

  test.each([
    ['ABORTED', /was stopped, and no cause/],
    ['TIMED_OUT', /took longer/],
  ])('%s without more is named so', (status, reason) => {
    expect(errorOf(anExecution({ status }))).toEqual({
      error: status,
      reason: expect.stringMatching(reason) as string,
    });
  });

  test("is explained where the error's name is AWS's, and the execution failed of it", () => {
    const error = 'Lambda.KMSDisabledException';
    const reasonOf = (status: string) => errorOf(anExecution({ status, error, cause: 'denied' })).reason;
    expect(reasonOf('FAILED')).toMatch(/^denied\nthe function's key is disabled: fix that/);
    // Who stops an execution may give any name.
    expect(reasonOf('ABORTED')).toBe('denied');
  });
});
