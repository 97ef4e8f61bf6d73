import {
  allowedMs,
  decideEnd,
  goesOn,
  movedFrom,
  endsBuildsOf,
  endsBuildsOfReserve,
  jenkinsNow,
  jobToEnd,
  leftBehind,
  openBuilds,
  type OpenBuild,
} from '../../../functions/fleet/domain/build-polling';
import type { BuildRecord } from '../../../functions/fleet/ledger/port';
import { someSettings } from '../../support/launches';

const minute = 60_000;
const job = someSettings({
  jenkins: { url: 'https://jenkins.example.com', credentialsSecret: 'jenkins' },
  deploy: { job: 'platform/deploy-web', timeoutMinutes: 20 },
}).deploy!;
const patient = { ...job, interruptible: false };
const record = (changes: Partial<BuildRecord> = {}): BuildRecord => ({
  attempt: 1,
  execution: 'execution-1',
  redrive: 0,
  correlation: 'execution-1/deploy/1',
  startedAt: '2026-01-01T00:00:00.000Z',
  revision: 1,
  ...changes,
});
const outcome = (result: string) => ({ succeeded: result === 'SUCCESS', result, message: `deploy-web #7 ${result}` });
const finished = (result: string): OpenBuild => ({
  state: 'over',
  status: { state: 'finished', number: 7, url: 'https://jenkins.example.com/7/', result, durationMs: 1000 },
});
const ending: OpenBuild = { state: 'ending', reason: '#7 has run for 60 s' };
const unknown: OpenBuild = { state: 'unknown', reason: 'no answer' };

test.each([
  [5, { timeoutMinutes: 1, interruptible: true }],
  [5, { timeoutMinutes: 360, interruptible: true }],
  [5, { timeoutMinutes: 1, interruptible: false }],
  [20, { timeoutMinutes: 20, interruptible: false }],
  [360, { timeoutMinutes: 360, interruptible: false }],
])('a release waits for a build %i min at most with %j', (expected, settings) => {
  expect(allowedMs(settings)).toBe(expected * minute);
});

describe('decideEnd', () => {
  test.each(['SUCCESS', 'FAILURE', 'ABORTED', 'UNSTABLE', 'NOT_BUILT', 'A_NEW_WORD'])(
    'a build that has ended as %s is over, however late that is seen',
    (result) => {
      for (const elapsed of [0, 100 * minute]) {
        expect(decideEnd(finished(result), job, { record: record() }, elapsed)).toMatchObject({
          action: 'over',
          outcome: { succeeded: result === 'SUCCESS', result },
        });
      }
    },
  );

  test.each<[string, OpenBuild, RegExp]>([
    ['cancelled', { state: 'over', status: { state: 'cancelled', url: 'https://x/' } }, /cancelled/],
    ['lost', { state: 'over', status: { state: 'lost', reason: 'it is nowhere' } }, /nowhere/],
  ])('one that is %s is over', (_, found, said) => {
    const decision = decideEnd(found, job, { record: record() }, 0);
    expect(decision).toMatchObject({ action: 'over', outcome: { succeeded: false } });
    expect(decision.reason).toMatch(said);
  });

  test('the reason of a build that failed is one line, without its log', () => {
    const found = finished('FAILURE') as Extract<OpenBuild, { state: 'over' }>;
    const status = { ...found.status, logTail: 'line one\nline two' } as typeof found.status;
    expect(decideEnd({ state: 'over', status }, job, { record: record() }, 0).reason).not.toContain('\n');
  });

  test.each([
    ['one that ends', ending, job, 5, 'BuildEnding'],
    ['one that may not be stopped', ending, patient, 20, 'BuildEnding'],
    ['one of which Jenkins says nothing', unknown, job, 5, 'JenkinsUnavailable'],
    ['one that may not be stopped, of which Jenkins says nothing', unknown, patient, 20, 'JenkinsUnavailable'],
  ])('%s is waited for, and left when its time is over', (_, found, settings, allowed, as) => {
    expect(decideEnd(found, settings, { record: record() }, allowed * minute - 1)).toMatchObject({
      action: 'wait',
      as,
    });
    const decision = decideEnd(found, settings, { record: record() }, allowed * minute);
    expect(decision).toMatchObject({ action: 'leave', outcome: { succeeded: false, result: 'LEFT' } });
    expect(decision.reason).toMatch(
      new RegExp(`waited for ${allowed} min: it may still run \\(execution-1/deploy/1\\)$`),
    );
  });

  test('one that no waiting helps is left at once', () => {
    const found: OpenBuild = { state: 'unreachable', reason: 'web has no Jenkins in its settings any more' };
    expect(decideEnd(found, patient, { record: record() }, 0)).toMatchObject({
      action: 'leave',
      reason: expect.stringMatching(/^the build of deploy-web: web has no Jenkins .*may still run/) as string,
    });
  });
});

test('open is what has no outcome, and left behind only what was left', () => {
  const builds = {
    provision: record({ outcome: outcome('SUCCESS') }),
    deploy: record(),
  };
  expect(openBuilds(builds).map(([name]) => name)).toEqual(['deploy']);
  expect(leftBehind(builds)).toEqual([]);
  expect(leftBehind({ ...builds, deploy: record({ outcome: outcome('LEFT') }) })).toEqual(['deploy-web #7 LEFT']);
  expect(openBuilds({})).toEqual([]);
});

describe('whose builds a release ends', () => {
  test.each([
    ['releasing', 'scale-in', true],
    ['releasing', 'abandoned', true],
    ['releasing', 'to-warm-pool', true],
    ['replacing', 'root-volume', true],
    ['launching', 'scale-in', false],
    ['in-service', 'scale-in', false],
    ['replacing', 'scale-in', false],
    ['launching', 'root-volume', false],
    ['releasing', 'root-volume', false],
  ] as const)('of a member that is %s, one for %s: %s', (phase, reason, expected) => {
    expect(endsBuildsOf({ phase }, reason)).toBe(expected);
  });

  test.each([
    [undefined, 'scale-in', true],
    [undefined, 'orphan', true],
    ['releasing', 'scale-in', true],
    ['launching', 'scale-in', false],
    [undefined, 'to-warm-pool', false],
    [undefined, 'root-volume', false],
  ] as const)('of the reserve beside a member that is %s, one for %s: %s', (phase, reason, expected) => {
    expect(endsBuildsOfReserve(phase && { phase }, reason)).toBe(expected);
  });
});

describe('the job of a build that is to end', () => {
  const group = { jenkins: { url: 'https://jenkins.example.com', credentialsSecret: 'jenkins' } };
  const settings = someSettings({ ...group, deploy: { job: 'deploy-new', timeoutMinutes: 20, interruptible: false } });

  test('is what it was when the build began, and for the rest as it is now', () => {
    expect(jobToEnd('deploy', record({ job: 'deploy-old', parameter: 'OLD' }), settings)).toMatchObject({
      job: 'deploy-old',
      correlationParameter: 'OLD',
      timeoutMinutes: 20,
      interruptible: false,
    });
    expect(jobToEnd('deploy', record(), settings)).toMatchObject({
      job: 'deploy-new',
      correlationParameter: 'MUSTER_BUILD',
    });
  });

  test.each([
    ['its settings have mistakes', { problem: 'they have mistakes' }],
    ['the group has no such job any more', someSettings(group)],
  ])('is as a job is without settings where %s', (_, now) => {
    const usual = someSettings({ ...group, deploy: { job: 'deploy' } }).deploy;
    expect(jobToEnd('deploy', record(), now)).toEqual(usual);
  });

  test('was begun at another Jenkins, where the settings name another one by now', () => {
    const [here, there] = [
      { jenkins: { url: 'https://a.example.com' } },
      { jenkins: { url: 'https://b.example.com' } },
    ];
    const begun = record({ jenkins: 'https://a.example.com' });
    expect(movedFrom(begun, there)).toBe('; it was begun at https://a.example.com');
    expect(movedFrom(begun, {})).not.toBe('');
    expect(movedFrom(begun, here)).toBe('');
    expect(movedFrom(record(), there)).toBe('');
  });

  test('is left if another Jenkins does not know it, and over if its own does not', () => {
    const found = { state: 'over', status: { state: 'lost', reason: 'it is not there' } } as const;
    const moved = '; it was begun at https://a.example.com';
    expect(decideEnd(found, job, { record: record(), moved }, 0)).toMatchObject({
      action: 'leave',
      reason: expect.stringContaining('it is not there; it was begun at https://a.example.com') as string,
    });
    expect(decideEnd(found, job, { record: record(), moved: '' }, 0)).toMatchObject({ action: 'over' });
    const ended = { state: 'over', status: { state: 'cancelled', url: '' } } as const;
    expect(decideEnd(ended, job, { record: record(), moved }, 0)).toMatchObject({ action: 'over' });
  });

  test.each([
    ['of before', { phase: 'queued' }, { job: 'deploy-old', parameter: 'OLD', jenkins: 'https://old.example.com' }],
    ['of now, if it was never posted', { phase: 'asked' }, { job: 'deploy-new', jenkins: 'https://new.example.com' }],
    ['of now, if nothing is known of it', undefined, { job: 'deploy-new', jenkins: 'https://new.example.com' }],
  ] as const)('continues under the settings %s', (_, phase, expected) => {
    const sent = { requestedAt: '', postedAt: '', firstPossibleNumber: 1 };
    const before = record({
      job: 'deploy-old',
      parameter: 'OLD',
      jenkins: 'https://old.example.com',
      ...(phase !== undefined && { trace: { ...sent, ...phase } }),
    });
    const one = goesOn(before, { job: settings.deploy!, jenkins: 'https://new.example.com' });
    expect(one.record).toMatchObject(expected);
    expect(one.job).toMatchObject({ job: expected.job, timeoutMinutes: 20 });
  });

  test('is asked about in the Jenkins of its group, if there is one', () => {
    expect(jenkinsNow(settings)).toEqual(settings.jenkins);
    expect(jenkinsNow({ problem: 'they have mistakes' })).toEqual({
      state: 'unreachable',
      reason: 'they have mistakes',
    });
    expect(jenkinsNow(someSettings({}))).toEqual({
      state: 'unreachable',
      reason: 'web has no Jenkins in its settings any more',
    });
  });
});
