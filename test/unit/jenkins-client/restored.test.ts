import { createJenkins } from '../../../functions/fleet/adapters/jenkins';
import { createBuildEnds } from '../../../functions/fleet/adapters/jenkins/create-build-ends';
import type { BuildRequest, BuildTrace } from '../../../functions/fleet/ports/jenkins';
import { inProcess } from '../../../infra/lab/jenkins';
import { driveBuild } from '../../support/drive-build';
import { deploy, Lab } from '../lab-jenkins/lab';

// A backup of Jenkins is restored: builds that came after it are gone, and their numbers and queue ids come again.

const request = { job: deploy.name, parameters: {}, correlation: { parameter: 'ID', value: 'ours' } };
const isPost = { method: 'POST', path: /buildWithParameters/ };

/** A job that has had `before` builds when the backup was made, and four more since. */
async function restorable(before: number, durationMs = 60_000) {
  const lab = new Lab({ jobs: [{ ...deploy, behaviour: { durationMs: 1_000 } }], executors: 200 });
  const run = async (count: number, name: string) => {
    for (let at = 0; at < count; at += 1) lab.trigger(`${name}-${at}`);
    await lab.clock.advance(30_000);
  };
  await run(before, 'before');
  const backup = lab.jenkins.backup();
  await run(4, 'since');
  lab.jenkins.updateJob(deploy.name, { behaviour: { durationMs } });
  let posts = 0;
  let beforePost = async () => {};
  const transport = inProcess((asked) => {
    if (asked.method === 'POST' && asked.path.includes('buildWithParameters')) posts += 1;
    return lab.jenkins.handle(asked);
  });
  const made = {
    url: 'http://ci.example.com',
    credentials: { user: 'svc', token: 'a-token' },
    clock: lab.clock,
    transport,
  };
  const client = createJenkins(made);
  return {
    lab,
    run,
    made,
    client: {
      advance: (asked: BuildRequest, trace: BuildTrace | undefined, save: (trace: BuildTrace) => Promise<void>) =>
        client.advance(asked, trace, async (next) => {
          await save(next);
          if (next.phase === 'posting' && posts === 0) await beforePost();
        }),
    },
    posts: () => posts,
    restore: (downForMs?: number) => lab.jenkins.restore(backup, downForMs === undefined ? {} : { downForMs }),
    atPost: (act: () => Promise<void>) => void (beforePost = act),
    ours: () => lab.jenkins.builds(deploy.name).filter(({ parameters }) => parameters.ID === 'ours'),
  };
}

describe('a request whose answer was lost', () => {
  test.each([
    [3, 0],
    [3, 50],
    [3, 150],
    [0, 0],
    [120, 3],
  ])('of a Jenkins restored just before it (%i builds before, %i beside): one build', async (before, beside) => {
    const { lab, client, atPost, restore, run, ours, posts } = await restorable(before);
    atPost(async () => {
      restore(1_000);
      await lab.clock.advance(2_000);
    });
    lab.jenkins.faults.loseNextResponse(isPost);
    let calls = 0;
    const pause = async () => {
      calls += 1;
      if (calls === 1) await run(beside, 'beside');
      await lab.clock.advance(6_000);
    };
    const { status } = await driveBuild(client, request, { pause });
    expect(status).toMatchObject({ state: 'finished', result: 'SUCCESS' });
    expect(ours()).toHaveLength(1);
    expect(posts()).toBe(1);
  });

  test.each([
    ['and nothing was built since', 0],
    ['and two were, below the numbers of before', 2],
    ['and twenty were, above them', 20],
  ])('of a Jenkins restored after it is not made again, for it may have run (%s)', async (_, beside) => {
    const { lab, client, restore, run, posts } = await restorable(3);
    lab.jenkins.faults.loseNextResponse(isPost);
    let calls = 0;
    const pause = async () => {
      calls += 1;
      if (calls === 1) restore();
      if (calls === 1) await run(beside, 'beside');
      await lab.clock.advance(6_000);
    };
    const { status } = await driveBuild(client, request, { pause });
    expect(status).toMatchObject({ state: 'lost', reason: expect.stringContaining('a backup was restored') as string });
    expect(posts()).toBe(1);
  });
});

describe('a build is lost, and not built again, when Jenkins is restored', () => {
  test.each([
    ['while it was queued', 0, 6_000, 60_000],
    ['while it ran', 200, 20_000, 60_000],
    ['when it had ended and that was not seen yet', 200, 20_000, 1_000],
  ])('%s', async (_, executors, afterMs, durationMs) => {
    const { lab, client, restore, run, ours, posts, made } = await restorable(3, durationMs);
    lab.jenkins.setExecutors(executors);
    let calls = 0;
    const pause = async () => {
      calls += 1;
      await lab.clock.advance(calls === 1 ? afterMs : 6_000);
      if (calls !== 1) return;
      restore(10_000);
      lab.jenkins.setExecutors(200);
      await lab.clock.advance(15_000);
      await run(12, 'beside'); // they have its number and its queue id
    };
    const { status, traces } = await driveBuild(client, request, { pause });
    expect(status.state).toBe('lost');
    expect(ours()).toEqual([]);
    expect(posts()).toBe(1);

    // And the release that ends it touches none of those that have its number and its queue id by now.
    let trace: BuildTrace | undefined = { ...traces[1]!, notFoundAt: undefined } as unknown as BuildTrace;
    const end = () =>
      createBuildEnds(made).end({ ...request, interruptible: true }, trace, async (next) => void (trace = next));
    await end();
    await lab.clock.advance(20_000);
    expect(await end()).toMatchObject({ state: 'over', status: { state: 'lost' } });
    await lab.clock.advance(120_000);
    const results = new Set(lab.jenkins.builds(deploy.name).map(({ result }) => result));
    expect([...results]).toEqual(['SUCCESS']);
  });
});

test('a build that was in the backup is seen as it ended', async () => {
  const { lab, client } = await restorable(3, 1_000);
  let calls = 0;
  const pause = async () => {
    calls += 1;
    await lab.clock.advance(20_000);
    if (calls === 1) lab.jenkins.restore(lab.jenkins.backup());
  };
  const { status } = await driveBuild(client, request, { pause });
  expect(status).toMatchObject({ state: 'finished', result: 'SUCCESS' });
});

test('a build that begins and ends between two looks is seen as it ended', async () => {
  const { lab, client, ours } = await restorable(3, 1_000);
  const { status, states } = await driveBuild(client, request, { pause: () => lab.clock.advance(120_000) });
  expect(status).toMatchObject({ state: 'finished', result: 'SUCCESS' });
  expect(states).toEqual(['queued', 'finished']);
  expect(ours()).toHaveLength(1);
});

test('and so it is when Jenkins has forgotten its queue item by then', async () => {
  const { lab, client, ours } = await restorable(3, 1_000);
  const { status } = await driveBuild(client, request, { pause: () => lab.clock.advance(900_000) });
  expect(status).toMatchObject({ state: 'finished', result: 'SUCCESS' });
  expect(ours()).toHaveLength(1);
});
