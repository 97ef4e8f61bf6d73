import {
  allowedMs,
  decideEnd,
  endsBuildsOf,
  endsBuildsOfReserve,
  leftBehind,
  openBuilds,
} from '../../../functions/fleet/domain/build-polling';
import type { BuildRecord } from '../../../functions/fleet/ledger/port';
import { someSettings } from '../../support/launches';

const { deploy } = someSettings({
  jenkins: { url: 'https://jenkins.example.com', credentialsSecret: 'jenkins' },
  deploy: { job: 'platform/deploy-web', timeoutMinutes: 10, queueTimeoutMinutes: 5 },
});
const job = { ...deploy!, interruptible: true };
const minute = 60_000;
const open: BuildRecord = {
  revision: 1,
  attempt: 1,
  execution: 'execution-1',
  redrive: 0,
  correlation: 'muster-1',
  startedAt: '2026-01-01T00:00:00.000Z',
};
const ended = (result: string, message: string): BuildRecord => ({
  ...open,
  outcome: { succeeded: false, result, message },
});

test('a build is open while it has no outcome', () => {
  expect(openBuilds({ provision: ended('FAILURE', 'bad'), deploy: open })).toEqual([['deploy', open]]);
});

test.each([
  ['releasing', 'scale-in', true],
  ['replacing', 'scale-in', false],
  ['in-service', 'scale-in', false],
  ['replacing', 'root-volume', true],
  ['releasing', 'root-volume', false],
  ['launching', 'root-volume', false],
] as const)('a member that is %s has its builds ended by a release (%s): %s', (phase, reason, expected) =>
  expect(endsBuildsOf({ phase }, reason)).toBe(expected),
);

test.each([
  [undefined, 'orphan', true],
  [undefined, 'scale-in', true],
  [undefined, 'root-volume', false],
  [undefined, 'to-warm-pool', false],
  ['releasing', 'scale-in', true],
  ['releasing', 'to-warm-pool', false],
  ['in-service', 'scale-in', false],
] as const)(
  'beside a member that is %s a reserve has its builds ended by a release (%s): %s',
  (phase, reason, expected) => expect(endsBuildsOfReserve(phase && { phase }, reason)).toBe(expected),
);

test('one that may not be stopped has the time that it may run, and every one some minutes', () => {
  expect(allowedMs({ interruptible: true, timeoutMinutes: 60 })).toBe(5 * minute);
  expect(allowedMs({ interruptible: false, timeoutMinutes: 60 })).toBe(60 * minute);
  expect(allowedMs({ interruptible: false, timeoutMinutes: 2 })).toBe(5 * minute);
});

describe('a build that is to end', () => {
  const url = 'https://jenkins.example.com/job/platform/job/deploy-web/42/';
  const left = (message: string) => ({
    action: 'leave',
    reason: message,
    outcome: { succeeded: false, result: 'LEFT', message },
  });

  test('is over with what became of it, said in one line', () => {
    const status = {
      state: 'finished',
      number: 42,
      url,
      result: 'ABORTED',
      durationMs: 9000,
      logTail: 'Aborted',
    } as const;
    expect(decideEnd({ state: 'over', status }, job, { record: open }, 0)).toMatchObject({
      action: 'over',
      outcome: { result: 'ABORTED', message: `deploy-web #42 ABORTED after 9 s, ${url}\nAborted` },
      reason: `deploy-web #42 ABORTED after 9 s, ${url}`,
    });
  });

  test.each([
    ['ending', 'BuildEnding'],
    ['unknown', 'JenkinsUnavailable'],
  ] as const)('is waited for while it is %s, and left when its time is over', (state, as) => {
    const found = { state, reason: 'it runs' };
    expect(decideEnd(found, job, { record: open }, 5 * minute - 1)).toEqual({
      action: 'wait',
      as,
      reason: 'deploy-web: it runs',
    });
    expect(decideEnd(found, job, { record: open }, 5 * minute)).toEqual(
      left('the build of deploy-web: it runs; waited for 5 min: it may still run (muster-1)'),
    );
  });

  test('is left at once if no waiting helps', () => {
    expect(decideEnd({ state: 'unreachable', reason: 'no access' }, job, { record: open }, 0)).toEqual(
      left('the build of deploy-web: no access: it may still run (muster-1)'),
    );
  });
});

test('what was left behind is told, and nothing else', () => {
  expect(
    leftBehind({ provision: ended('LEFT', 'it may still run'), deploy: ended('FAILURE', 'bad'), x: open }),
  ).toEqual(['it may still run']);
});
