import { keepsBuild, decideAttempt, failureName } from '../../../functions/fleet/domain/build';
import { decideProgress } from '../../../functions/fleet/domain/build-polling';
import type { BuildStatus } from '../../../functions/fleet/ports/jenkins';
import type { BuildOutcome, BuildRecord } from '../../../functions/fleet/ledger/port';
import { someSettings } from '../../support/launches';

const run = { execution: 'execution-1', redrives: 0 };
const outcome = (succeeded: boolean, result = succeeded ? 'SUCCESS' : 'FAILURE'): BuildOutcome => ({
  succeeded,
  result,
  message: result,
});
const record = (changes: Partial<BuildRecord> = {}): BuildRecord => ({
  revision: 1,
  attempt: 1,
  execution: 'execution-1',
  redrive: 0,
  correlation: 'c',
  startedAt: '2026-01-01T00:00:00.000Z',
  ...changes,
});

describe('decideAttempt', () => {
  test('the first run begins the first attempt', () => {
    expect(decideAttempt(undefined, run)).toMatchObject({ action: 'begin', attempt: 1 });
  });
  test('a build under way is followed, also after a redrive', () => {
    expect(decideAttempt(record(), run).action).toBe('follow');
    expect(decideAttempt(record(), { ...run, redrives: 3 }).action).toBe('follow');
  });
  test('a finished build is never built again by the same execution', () => {
    expect(decideAttempt(record({ outcome: outcome(true) }), { ...run, redrives: 2 }).action).toBe('done');
  });
  test('a failed build fails the step again until it is redriven', () => {
    expect(decideAttempt(record({ outcome: outcome(false) }), run).action).toBe('failed');
    expect(decideAttempt(record({ outcome: outcome(false) }), { ...run, redrives: 1 })).toMatchObject({
      action: 'begin',
      attempt: 2,
    });
  });
  test('one redrive gives one new attempt', () => {
    const second = record({ attempt: 2, redrive: 1, outcome: outcome(false) });
    expect(decideAttempt(second, { ...run, redrives: 1 }).action).toBe('failed');
    expect(decideAttempt(second, { ...run, redrives: 2 })).toMatchObject({ action: 'begin', attempt: 3 });
  });
  test('another launch of the instance keeps what has succeeded if it may, and nothing else', () => {
    const other = { execution: 'execution-2', redrives: 0 };
    expect(decideAttempt(record({ outcome: outcome(true) }), other, true).action).toBe('done');
    expect(decideAttempt(record({ outcome: outcome(false) }), other, true)).toMatchObject({
      action: 'begin',
      attempt: 2,
    });
  });
  test.each([
    ['provisioned in the warm pool', { origin: 'WarmPool', startedBy: 'lifecycle-event' }, 'provision', true],
    ['deployed before it went to the warm pool', { origin: 'WarmPool', startedBy: 'lifecycle-event' }, 'deploy', false],
    ['of the launch that is tried again', { origin: 'EC2', startedBy: 'retry' }, 'deploy', true],
    [
      'before its root volume was replaced',
      { origin: 'AutoScalingGroup', startedBy: 'lifecycle-event' },
      'provision',
      false,
    ],
    [
      'before its root volume was replaced, and that launch is tried again',
      { origin: 'AutoScalingGroup', startedBy: 'retry' },
      'deploy',
      false,
    ],
  ] as const)('of a build %s', (_, launch, job, expected) => {
    expect(
      keepsBuild(launch, job, 'x:web_i-0a_EC2-AutoScalingGroup', `x:web_i-0a_${launch.origin}-AutoScalingGroup_2`),
    ).toBe(expected);
  });
  test('another launch of the instance builds again', () => {
    expect(decideAttempt(record({ outcome: outcome(true) }), { execution: 'execution-2', redrives: 0 })).toMatchObject({
      action: 'begin',
      attempt: 2,
    });
  });
});

describe('decideProgress', () => {
  const job = someSettings({
    jenkins: { url: 'https://jenkins.example.com', credentialsSecret: 'jenkins' },
    deploy: { job: 'platform/deploy-web', timeoutMinutes: 10, queueTimeoutMinutes: 5 },
  }).deploy!;
  const url = 'https://jenkins.example.com/job/platform/job/deploy-web/42/';
  const running = (elapsedMs: number, estimatedMs?: number): BuildStatus => ({
    state: 'running',
    number: 42,
    url,
    elapsedMs,
    ...(estimatedMs === undefined ? {} : { estimatedMs }),
  });
  const decide = (status: BuildStatus, elapsedMs = 1000) => decideProgress(status, job, elapsedMs);

  test('says how far it is, in words for the operator', () => {
    expect(decide(running(63_000, 100_000))).toEqual({
      action: 'wait',
      as: 'BuildRunningSoon',
      reason: `deploy-web #42, 63 %, about 37 s left, ${url}`,
    });
  });
  test.each([
    ['much is left', 10_000, 100_000, 'BuildRunningFar'],
    ['less than a minute is left', 62_000, 100_000, 'BuildRunningSoon'],
    ['little is left', 90_000, 100_000, 'BuildRunningNear'],
    ['it is a little over its estimate', 120_000, 100_000, 'BuildRunningNear'],
    ['it is over its estimate', 121_000, 100_000, 'BuildRunningSoon'],
    ['it is far over its estimate', 230_000, 100_000, 'BuildRunningFar'],
    ['it is young and has no estimate', 5_000, undefined, 'BuildRunningSoon'],
    ['it is old and has no estimate', 50_000, undefined, 'BuildRunningFar'],
  ])('the poll is rare or often: %s', (_, elapsed, estimate, as) => {
    expect(decide(running(elapsed, estimate))).toMatchObject({ action: 'wait', as });
  });
  const minute = 60_000;
  const queued: BuildStatus = { state: 'queued', why: 'no executor', stuck: true, url };
  test.each([
    ['its time in the queue is over', queued, 5 * minute, 'timed-out', /5 min in the queue \(queueTimeoutMinutes\)/],
    ['its time in the queue is not over yet', queued, 5 * minute - 1, 'wait', /no executor/],
    [
      'nothing is seen of it for as long as it may be queued',
      { state: 'unconfirmed', reason: 'lost' },
      5 * minute,
      'timed-out',
      /queueTimeoutMinutes/,
    ],
    ['it has run for as long as it may', running(10 * minute), 12 * minute, 'timed-out', /10 min of running \(timeout/],
    ['it was queued for long, and runs since a moment', running(1000, 5000), 14 * minute, 'wait', /left/],
    ['it ran for long before it was taken up again', running(60 * minute), minute, 'wait', /running for/],
    ["Jenkins' clock is wrong: never longer than both limits", running(0), 15 * minute, 'timed-out', /of running/],
  ] as const)('what limits it: %s', (_, status, elapsedMs, action, reason) => {
    const decision = decide(status, elapsedMs);
    expect(decision).toMatchObject({ action, reason: expect.stringMatching(reason) as string });
  });
  test('a finished build counts even when the time is over', () => {
    expect(
      decide({ state: 'finished', number: 42, url, result: 'SUCCESS', durationMs: 5000 }, 11 * 60_000),
    ).toMatchObject({ action: 'over', outcome: { succeeded: true } });
  });
  test.each([
    ['SUCCESS', 'failure', true],
    ['UNSTABLE', 'failure', false],
    ['UNSTABLE', 'success', true],
    ['FAILURE', 'success', false],
    ['ABORTED', 'success', false],
    ['NOT_BUILT', 'success', false],
    ['SOMETHING_NEW', 'success', false],
  ] as const)('%s with unstable as %s: success %s', (result, unstable, succeeded) => {
    const decision = decideProgress(
      { state: 'finished', number: 42, url, result, durationMs: 1000 },
      { ...job, unstable },
      0,
    );
    expect(decision).toMatchObject({ action: 'over', outcome: { succeeded, result } });
  });
  test('a failure carries the end of the log', () => {
    const decision = decide({
      state: 'finished',
      number: 42,
      url,
      result: 'FAILURE',
      durationMs: 1000,
      logTail: 'ERROR: no disk',
    });
    expect(decision).toMatchObject({
      outcome: { message: `deploy-web #42 FAILURE after 1 s, ${url}\nERROR: no disk` },
    });
  });
  test('what is lost fails as lost, everything else as failed', () => {
    const lost = decide({ state: 'lost', reason: 'purged' });
    const cancelled = decide({ state: 'cancelled', url });
    expect(lost.action === 'over' && failureName(lost.outcome)).toBe('BuildLost');
    expect(cancelled.action === 'over' && failureName(cancelled.outcome)).toBe('BuildFailed');
  });
});
