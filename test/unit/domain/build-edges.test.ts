import { decideAttempt, keepsBuild } from '../../../functions/fleet/domain/build';
import { decideProgress, labelOf } from '../../../functions/fleet/domain/build-polling';
import type { BuildStatus } from '../../../functions/fleet/ports/jenkins';
import type { BuildRecord } from '../../../functions/fleet/ledger/port';
import { someSettings } from '../../support/launches';

// Where one moment, one word or one absence makes the difference.

const job = someSettings({
  jenkins: { url: 'https://jenkins.example.com', credentialsSecret: 'jenkins' },
  deploy: { job: 'platform/deploy-web', timeoutMinutes: 100, queueTimeoutMinutes: 5 },
}).deploy!;
const url = 'https://jenkins.example.com/job/platform/job/deploy-web/42/';
const decide = (status: BuildStatus) => decideProgress(status, job, 1000);
const running = (elapsedMs: number, estimatedMs?: number): BuildStatus => ({
  state: 'running',
  number: 42,
  url,
  elapsedMs,
  ...(estimatedMs !== undefined && { estimatedMs }),
});
const finished = (result: string, more: object = {}): BuildStatus => ({
  state: 'finished',
  number: 42,
  url,
  result,
  durationMs: 1_000_000,
  ...more,
});

describe('how often a running build is asked for', () => {
  const asked = (elapsedMs: number, estimatedMs?: number) => {
    const decision = decide(running(elapsedMs, estimatedMs));
    return decision.action === 'wait' && decision.as.replace('BuildRunning', '');
  };

  // Of one that takes `estimate`, the end is near from `near` before it, and soon for 38 s before that.
  test.each([
    [10_000, 8_000],
    [60_000, 21_000],
    [400_000, 30_000],
  ])('as one that takes %i ms is near its end from %i ms before it', (estimate, near) => {
    expect(asked(estimate - near, estimate)).toBe('Near');
    expect(asked(estimate - near - 1, estimate)).toBe('Soon');
    expect(asked(estimate - near - 38_000, estimate)).toBe('Soon');
    expect(asked(estimate - near - 38_001, estimate)).toBe('Far');
    expect(asked(estimate + 20_000, estimate)).toBe('Near');
    expect(asked(estimate + 20_001, estimate)).toBe('Soon');
    expect(asked(estimate + 120_000, estimate)).toBe('Soon');
    expect(asked(estimate + 120_001, estimate)).toBe('Far');
  });

  test('as one without an estimate is young for 38 s', () => {
    expect(asked(37_999)).toBe('Soon');
    expect(asked(38_000)).toBe('Far');
  });
});

describe('what is said of a build', () => {
  test.each([
    [running(1_400), 'deploy-web #42, running for 1 s'],
    [running(1_000_000), 'deploy-web #42, running for 1000 s'],
    [running(5_000, 0), 'deploy-web #42, running for 5 s'],
    [running(0, 1), 'deploy-web #42, 0 %, about 0 s left'],
    [running(5_000, 5_000), 'deploy-web #42, 0 s over its estimate'],
    [running(99_999, 100_000), 'deploy-web #42, 99 %, about 0 s left'],
    [running(500_000, 1_000_000), 'deploy-web #42, 50 %, about 500 s left'],
  ])('%j', (status, said) => expect(decide(status)).toMatchObject({ reason: `${said}, ${url}` }));

  test.each([
    [true, 'deploy-web is queued and stuck: no executor'],
    [false, 'deploy-web is queued: no executor'],
  ])('in the queue, stuck: %s', (stuck, said) =>
    expect(decide({ state: 'queued', why: 'no executor', stuck, url })).toMatchObject({ reason: `${said}, ${url}` }),
  );

  test('its end without a log, and its good end without one that there is', () => {
    const message = (result: string, more?: object) => {
      const decision = decide(finished(result, more));
      return decision.action === 'over' && decision.outcome.message;
    };
    expect(message('FAILURE')).toBe(`deploy-web #42 FAILURE after 1000 s, ${url}`);
    expect(message('SUCCESS', { logTail: 'Finished' })).toBe(`deploy-web #42 SUCCESS after 1000 s, ${url}`);
  });

  test('where it can be seen, if it can be', () => {
    const cancelled = { succeeded: false, result: 'CANCELLED', url };
    expect(decide({ state: 'cancelled', url })).toMatchObject({ action: 'over', outcome: cancelled });
    expect(decide({ state: 'refused', reason: 'no such job' })).toStrictEqual({
      action: 'over',
      outcome: { succeeded: false, result: 'REFUSED', message: 'deploy-web was refused by Jenkins: no such job' },
    });
    expect(decide({ state: 'lost', reason: 'purged' })).toEqual({
      action: 'over',
      outcome: { succeeded: false, result: 'LOST', message: 'deploy-web is lost: purged' },
    });
  });
});

test('a job is called by its last name', () => {
  expect([labelOf('a/b/c'), labelOf('c')]).toEqual(['c', 'c']);
});

test('only the number of an attempt does not make another launch', () => {
  const retry = { origin: 'EC2', startedBy: 'retry' } as const;
  const keeps = (built: string | undefined, execution: string) => keepsBuild(retry, 'deploy', built, execution);
  const name = 'x:web_i-0a_EC2-AutoScalingGroup';
  for (const suffix of ['', '_12', '_048392017561']) expect(keeps(name, `${name}${suffix}`)).toBe(true);
  // A long group name is cut where a number follows.
  expect(keeps('x:a-long-name-0badf00d_i-0a_EC2-WarmPool', 'x:a-lon-0badf00d_i-0a_EC2-WarmPool_12')).toBe(true);
  expect(keeps(name, 'x:web_i-0b_EC2-AutoScalingGroup_12')).toBe(false);
  expect(keeps(name, 'x:web_i-0a_EC2-WarmPool')).toBe(false);
  expect(keeps(undefined, name)).toBe(false);
});

test('what an attempt is decided by is said', () => {
  const before: BuildRecord = {
    revision: 1,
    attempt: 1,
    execution: 'one',
    redrive: 0,
    correlation: 'c',
    startedAt: '2026-01-01T00:00:00.000Z',
    outcome: { succeeded: true, result: 'SUCCESS', message: 'ok' },
  };
  expect(decideAttempt(before, { execution: 'two', redrives: 0 }, true).reason).toBe('ok, before');
  expect(decideAttempt(before, { execution: 'one', redrives: 0 }, true).reason).toBe('ok');
});
