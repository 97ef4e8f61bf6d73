import {
  decideFailing,
  failsAgain,
  type FailingRelease,
  type FailingReleases,
} from '../../../../functions/fleet/domain/reconcile/failing-releases';

const now = new Date('2026-01-01T12:00:00Z');
const sent = { state: 'sent', at: '2026-01-01T11:00:00Z' } as const;
const release = (instanceId: string, name: string): FailingRelease => ({
  instanceId,
  name,
  execution: `arn:aws:states:eu-central-1:123456789012:execution:release:${instanceId}`,
  error: 'NotPermitted',
  failures: 2,
  holds: [],
});
const [first, second] = [release('i-1', 'web-01'), release('i-2', 'web-02')];
const told = (...failing: FailingRelease[]): FailingReleases => ({
  group: 'web',
  revision: 3,
  failing,
  fixed: [],
  report: sent,
});
const decide = (before: FailingReleases | undefined, failing: FailingRelease[], pending: string[]) =>
  decideFailing(before, { group: 'web', failing, pending: new Set(pending) }, now);
const unsent = { state: 'unsent', at: now.toISOString() };

test('fails again: after the second failure, and not while it is tried', () => {
  const earlier = { token: null, redrivable: true };
  expect(failsAgain({ ...earlier, status: 'FAILED', redrives: 0 })).toBe(false);
  expect(failsAgain({ ...earlier, status: 'FAILED', redrives: 1 })).toBe(true);
  expect(failsAgain({ ...earlier, status: 'TIMED_OUT', redrives: 1 })).toBe(true);
  expect(failsAgain({ ...earlier, status: 'RUNNING', redrives: 1 })).toBe(false);
  expect(failsAgain({ ...earlier, status: 'SUCCEEDED', redrives: 1 })).toBe(false);
});

test('nothing fails, and nothing did: nothing to tell', () => expect(decide(undefined, [], ['i-9'])).toBeUndefined());

test('the first one is to be told', () => {
  expect(decide(undefined, [first], ['i-1'])).toMatchObject({
    revision: 0,
    failing: [first],
    fixed: [],
    report: unsent,
  });
});

test('told already, it is not told again, neither while it fails nor while it is tried', () => {
  expect(decide(told(first), [first], ['i-1'])?.report).toBe(sent);
  expect(decide(told(first), [], ['i-1'])?.report).toBe(sent);
});

test('one more is told with the others', () => {
  expect(decide(told(first), [second], ['i-1', 'i-2'])).toMatchObject({
    revision: 3,
    failing: [first, second],
    fixed: [],
    report: unsent,
  });
});

test('one that is over is told, with those that are not', () => {
  expect(decide(told(first, second), [second], ['i-2'])).toMatchObject({
    failing: [second],
    fixed: ['web-01'],
    report: unsent,
  });
});

test('what is fixed stays to be reported until it was reported', () => {
  const untold = { ...told(second), fixed: ['web-01'], report: { ...sent, state: 'unsent' as const } };
  expect(decide(untold, [], [])).toMatchObject({ failing: [], fixed: ['web-01', 'web-02'] });
  expect(decide({ ...untold, report: sent }, [], [])).toMatchObject({ failing: [], fixed: ['web-02'] });
});
