import { createJenkins } from '../../../functions/fleet/adapters/jenkins';
import { decideProgress } from '../../../functions/fleet/domain/build';
import type { BuildTrace } from '../../../functions/fleet/ports/jenkins';
import { inProcess, type JobDefinition } from '../../../infra/lab/jenkins';
import { Lab } from '../lab-jenkins/lab';
import { Bench } from './scripted';
import { withServer } from './setup';

const server = withServer();

function setUp(job: Partial<JobDefinition>) {
  const definition = { name: 'web/deploy', parameters: [{ name: 'ID' }], behaviour: { durationMs: 60_000 }, ...job };
  const lab = new Lab({ jobs: [definition], executors: 30 });
  const transport = inProcess((asked) => lab.jenkins.handle(asked));
  const credentials = { user: 'svc', token: 'a-token' };
  const client = createJenkins({ url: 'http://ci.example.com', credentials, clock: lab.clock, transport });
  const traces = new Map<string, BuildTrace>();
  const advance = (value: string) =>
    client.advance(
      { job: definition.name, parameters: {}, correlation: { parameter: 'ID', value } },
      traces.get(value),
      async (trace) => {
        traces.set(value, trace);
      },
    );
  return { lab, advance, traces };
}

const settings = { job: 'web/deploy', timeoutMinutes: 60, unstable: 'failure' } as unknown as Parameters<
  typeof decideProgress
>[1];

describe('a job that discards builds', () => {
  it.each([
    [10, 10],
    [3, 4],
  ])('and keeps %i is not given one more when %i go on', async (numToKeep, running) => {
    const { lab, advance } = setUp({ numToKeep });
    for (let index = 0; index < running; index += 1) await advance(`r${index}`);
    await lab.clock.advance(1_000);
    await expect(advance('one-more')).rejects.toMatchObject({
      name: 'JenkinsMisconfigured',
      message: expect.stringMatching(
        new RegExp(`keeps ${numToKeep} builds and ${running} are going on.*at least 100`),
      ) as string,
    });
    expect(lab.jenkins.posts('web/deploy').received).toBe(running);
  });

  it('says so while it builds, is looked at often, and says so when the result is gone', async () => {
    let first = true;
    const behaviour = () => ({ durationMs: first ? ((first = false), 60_000) : 1_000 });
    const { lab, advance } = setUp({ numToKeep: 2, estimatedMs: 3_600_000, behaviour });
    await advance('a');
    await lab.clock.advance(1_000);
    const running = await advance('a');
    expect(decideProgress(running, settings, 0)).toMatchObject({
      as: 'BuildRunningSoon',
      reason: expect.stringMatching(/keeps only 2 builds.*at least 100/) as string,
    });
    for (const ID of ['x', 'y', 'z']) {
      lab.post('/job/web/job/deploy/buildWithParameters?delay=0sec', { ID });
      await lab.clock.advance(5_000);
    }
    await lab.clock.advance(60_000);
    await advance('a');
    await lab.clock.advance(10_000);
    const status = await advance('a');
    expect(status.state).toBe('lost');
    expect(decideProgress(status, settings, 0)).toMatchObject({
      outcome: { result: 'LOST', message: expect.stringMatching(/keeps only 2 builds.*at least 100/) as string },
    });
  });

  it('is only suspected where its number cannot be read', async () => {
    const { lab, advance, traces } = setUp({ numToKeep: 2 });
    lab.jenkins.access.deny('hudson.model.Item.ExtendedRead');
    expect(await advance('a')).toMatchObject({
      state: 'queued',
      caution: expect.stringContaining('Job/ExtendedRead') as string,
    });
    expect(traces.get('a')?.keeps).toBe(0);
  });

  it.each([[{}], [{ numToKeep: 100 }], [{ daysToKeep: 30 }], [{ artifactNumToKeep: 2 }]])(
    'is no matter with %j',
    async (job) => {
      expect(await setUp(job).advance('a')).not.toHaveProperty('caution');
    },
  );
});

describe('a Jenkins that fails at first contact', () => {
  it.each([
    ['Oops! Logging ID=5d3a', /Logging ID=5d3a/],
    ['<h1>Error</h1><p>This server is too old</p>', /This server is too old/],
  ])('and goes on with %j is told after ten minutes', async (body, message) => {
    server.current.on('GET', /deploy\/api\/json$/, { status: 500, body });
    const bench = new Bench(server.current);
    expect(await bench.failing()).toMatchObject({ name: 'JenkinsUnavailable' });
    bench.clock.pass(599);
    expect(await bench.failing()).toMatchObject({ name: 'JenkinsUnavailable' });
    bench.clock.pass(1);
    expect(await bench.failing()).toMatchObject({
      name: 'JenkinsMisconfigured',
      message: expect.stringMatching(message) as string,
    });
    expect(server.current.posts).toHaveLength(0);
  });

  it('and then does not is built once, as if nothing had been', async () => {
    server.current.on('GET', /deploy\/api\/json$/, { status: 500 }, 1);
    const bench = new Bench(server.current);
    await bench.failing();
    expect(await bench.later(6)).toMatchObject({ state: 'queued' });
    expect(server.current.posts).toHaveLength(1);
    expect(bench.trace).toMatchObject({ phase: 'queued', firstPossibleNumber: 7 });
    expect(bench.trace).not.toHaveProperty('refusedSince');
  });
});
