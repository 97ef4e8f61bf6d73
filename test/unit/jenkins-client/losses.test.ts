import { createJenkins } from '../../../functions/fleet/adapters/jenkins';
import { inProcess } from '../../../infra/lab/jenkins';
import { driveBuild } from '../../support/drive-build';
import { deploy, Lab } from '../lab-jenkins/lab';

describe('a Jenkins that comes back with less than it had', () => {
  test.each(['restart', 'crash'] as const)('has lost the build after a %s, and it is not built again', async (how) => {
    const lab = new Lab({ jobs: [{ ...deploy, behaviour: { durationMs: 60_000 } }] });
    const transport = inProcess((asked) => lab.jenkins.handle(asked));
    const credentials = { user: 'svc', token: 'a-token' };
    const client = createJenkins({ url: 'http://ci.example.com', credentials, clock: lab.clock, transport });
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses += 1;
      if (pauses === 3) lab.jenkins[how]({ downForMs: 20_000, losesBuilds: 'freestyle', losesQueue: true });
      // another's request takes the queue id that ours had
      if (pauses === 9) lab.trigger('another');
      await lab.clock.advance(6_000);
    };
    const request = { job: deploy.name, parameters: {}, correlation: { parameter: 'ID', value: 'ours' } };
    const { status } = await driveBuild(client, request, { pause });
    expect(status.state).toBe('lost');
    expect(lab.jenkins.builds(deploy.name).filter(({ parameters }) => parameters.ID === 'ours')).toEqual([]);
  });
});

// Its answer was lost, it ran, and its record is gone before anything was seen of it: to be posted again it would have
// to be known that it never ran.
describe('a request of which nothing is known but that the job has begun a build since, whose record is gone', () => {
  const request = { job: deploy.name, parameters: {}, correlation: { parameter: 'ID', value: 'ours' } };

  async function drive(lab: Lab, whenPosted: () => Promise<void>) {
    let posts = 0;
    const transport = inProcess((asked) => {
      if (asked.method === 'POST' && asked.path.includes('buildWithParameters')) posts += 1;
      return lab.jenkins.handle(asked);
    });
    const credentials = { user: 'svc', token: 'a-token' };
    const client = createJenkins({ url: 'http://ci.example.com', credentials, clock: lab.clock, transport });
    lab.jenkins.faults.loseNextResponse({ method: 'POST', path: /buildWithParameters/ });
    let pauses = 0;
    const pause = async () => {
      pauses += 1;
      if (pauses === 1) await whenPosted();
      await lab.clock.advance(6_000);
    };
    const { status } = await driveBuild(client, request, { pause });
    return { status, posts };
  }

  test('is not made again after a crash that took the record', async () => {
    const lab = new Lab({ jobs: [{ ...deploy, behaviour: { durationMs: 60_000 } }] });
    lab.trigger('before');
    await lab.clock.advance(90_000);
    const { status, posts } = await drive(lab, async () => {
      await lab.clock.advance(10_000);
      lab.jenkins.crash({ downForMs: 20_000, losesBuilds: 'all', losesQueue: true });
      await lab.clock.advance(30_000);
    });
    expect(status).toMatchObject({ state: 'lost', reason: expect.stringContaining('build #2 began') as string });
    expect(posts).toBe(1);
  });

  test('is not made again by a job that keeps a few builds and has had many since', async () => {
    const lab = new Lab({ jobs: [{ ...deploy, behaviour: { durationMs: 1_000 } }], executors: 50 });
    const { status, posts } = await drive(lab, async () => {
      await lab.clock.advance(10_000);
      lab.jenkins.updateJob(deploy.name, { numToKeep: 5 });
      for (let at = 0; at < 20; at += 1) lab.trigger(`another-${at}`);
      await lab.clock.advance(60_000);
    });
    expect(status.state).toBe('lost');
    expect(posts).toBe(1);
  });

  test('is made again when every build since is known, and none is it', async () => {
    const lab = new Lab({ jobs: [{ ...deploy, behaviour: { durationMs: 1_000 } }], executors: 50 });
    const { status, posts } = await drive(lab, async () => {
      lab.jenkins.crash({ downForMs: 20_000, losesQueue: true });
      await lab.clock.advance(30_000);
      lab.trigger('another');
      await lab.clock.advance(30_000);
    });
    expect(status).toMatchObject({ state: 'finished', result: 'SUCCESS' });
    expect(posts).toBe(2);
  });
});
