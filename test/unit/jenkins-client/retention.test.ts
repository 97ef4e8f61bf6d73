import { createJenkins } from '../../../functions/fleet/adapters/jenkins';
import {
  explainLoss,
  judgeRetention,
  type Retention,
} from '../../../functions/fleet/adapters/jenkins/setup/build-retention';
import type { BuildTrace } from '../../../functions/fleet/ports/jenkins';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createJenkinsStandIn, inProcess, type JobDefinition } from '../../../infra/lab/jenkins';
import { randomStream } from '../../../infra/lab/kernel/random';
import { driveBuild } from '../../support/drive-build';
import { request } from './scripted';

const seen: Retention = { keeps: 10, seems: undefined, running: 0, longestMs: undefined, nextNumber: 50 };

describe('whether enough builds are kept', () => {
  test.each([
    ['one for each', { keeps: 12 }, 12, 'enough'],
    ['too few, and no build yet that shows how long they take', {}, 12, 'refuse'],
    ['too few of long ones', { longestMs: 600_000 }, 12, 'refuse'],
    ['too few of short ones', { longestMs: 60_000 }, 12, 'warn'],
    ['too few beside those that others have running', { running: 10 }, 1, 'refuse'],
    ['a guess is no ground to refuse', { keeps: undefined, seems: 10 }, 12, 'warn'],
    ['nothing is known', { keeps: undefined }, 12, 'enough'],
  ] as const)('%s', (_, about, atOnce, kind) => {
    expect(judgeRetention({ ...seen, ...about }, atOnce)).toMatchObject({ kind });
  });

  test('is told with the number that it takes', () => {
    expect(judgeRetention(seen, 12).reason).toBe(
      "the job keeps only 10 builds, and 12 may be built at once: set 'Max # of builds to keep' of its " +
        "'Discard old builds' to 24 or more, or leave it empty",
    );
  });
});

describe('why a build is gone', () => {
  test.each([
    ['newer ones pushed it out', seen, true, 'keeps only 10 builds'],
    [
      'nothing shows why',
      { ...seen, keeps: undefined },
      true,
      'its record was deleted, or lost when Jenkins went down',
    ],
    ['the job keeps all', seen, false, 'its record was deleted, or lost when Jenkins went down'],
    ['its number will be given out again', { ...seen, nextNumber: 20 }, true, 'Jenkins was restored to an older state'],
  ])('%s', (_, retention, discards, words) => {
    expect(explainLoss(retention, discards, 20, 1)).toContain(words);
  });
});

describe('against the stand-in', () => {
  function bench(job: Partial<JobDefinition>) {
    const clock = new VirtualClock();
    const credentials = { user: 'svc', token: 'a-token-of-the-lab' };
    const parameters = ['HOST', 'ENV', 'REQUEST_ID'].map((name) => ({ name }));
    const definition = { name: request.job, parameters, behaviour: { durationMs: 60_000 }, ...job };
    const random = randomStream('retention', 1);
    const standIn = createJenkinsStandIn({ clock, random, credentials, jobs: [definition] });
    const transport = inProcess((asked) => standIn.handle(asked));
    const jenkins = createJenkins({ url: 'http://ci.example.com', credentials, clock, transport });
    /** Drives it on; `on` tells what happens before which call. */
    const drive = (on: (call: number) => void, trace?: BuildTrace) => {
      let calls = 0;
      const pause = async (): Promise<void> => {
        on(++calls);
        await clock.advance(10_000);
      };
      return driveBuild(jenkins, request, { pause, ...(trace && { trace }) });
    };
    return { clock, standIn, jenkins, drive };
  }

  test('a build that began, ended and was discarded between two looks has its result', async () => {
    const { standIn, clock, drive } = bench({ numToKeep: 1, behaviour: { durationMs: 1_000, result: 'FAILURE' } });
    const { status } = await drive((call) => {
      if (call !== 1) return;
      void clock.advance(8_000);
    });
    expect(status).toMatchObject({ state: 'finished', number: 1, result: 'FAILURE' });
    expect(standIn.builds(request.job)).toHaveLength(1);
  });

  test.each(['FAILURE', 'SUCCESS'] as const)('%s is read from the queue item of a discarded build', async (result) => {
    const { standIn, drive } = bench({
      numToKeep: 1,
      behaviour: ({ number }) => (number === 1 ? { durationMs: 60_000, result } : { durationMs: 1_000 }),
    });
    const { status } = await drive((call) => {
      if (call === 3) standIn.replay(request.job, 1);
    });
    expect(standIn.builds(request.job).map(({ number }) => number)).toEqual([2]);
    expect(status).toMatchObject({ state: 'finished', number: 1, result });
  });

  test('a freestyle build whose record a kill left nothing of is lost, and built no second time', async () => {
    const { standIn, drive } = bench({});
    const { status } = await drive((call) => {
      if (call === 3) standIn.crash({ downForMs: 20_000, losesBuilds: 'freestyle', losesQueue: true });
    });
    expect(status).toMatchObject({ state: 'lost' });
    expect(status).toHaveProperty('reason', expect.stringContaining('lost when Jenkins went down'));
    expect(standIn.posts(request.job)).toMatchObject({ created: 1 });
  });

  test('a build that a backup knows nothing of is lost, with the reason, although its number is given out again', async () => {
    const { standIn, drive } = bench({ pipeline: true });
    const backup = standIn.backup();
    const { status } = await drive((call) => {
      if (call === 3) standIn.restore(backup, { downForMs: 20_000 });
    });
    expect(status).toMatchObject({ state: 'lost' });
    expect(status).toHaveProperty(
      'reason',
      expect.stringContaining('the next build will be #1, so Jenkins was restored'),
    );
  });

  test.each(['restart', 'crash'] as const)('a pipeline continues after a %s that lost the queue', async (how) => {
    const { standIn, drive } = bench({ pipeline: true, numToKeep: 1 });
    const { status } = await drive((call) => {
      if (call === 3) standIn[how]({ downForMs: 20_000, losesQueue: true });
    });
    expect(status).toMatchObject({ state: 'finished', number: 1, result: 'SUCCESS' });
  });

  test('too few builds are reported while it waits, if the result can be read all the same', async () => {
    const { clock, jenkins, drive } = bench({ numToKeep: 2 });
    await drive(() => undefined);
    await clock.advance(600_000);
    const again = { ...request, correlation: { ...request.correlation, value: 'another' }, atOnce: async () => 5 };
    const status = await jenkins.advance(again, undefined, async () => undefined);
    expect(status).toMatchObject({ state: 'queued' });
    expect(status).toHaveProperty('why', expect.stringContaining('warning: the job keeps only 2 builds, and 5 may'));
  });
});
