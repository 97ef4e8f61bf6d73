import { createJenkins } from '../../../functions/fleet/adapters/jenkins';
import { createBuildEnds } from '../../../functions/fleet/adapters/jenkins/create-build-ends';
import type { BuildTrace } from '../../../functions/fleet/ports/jenkins';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createJenkinsStandIn, inProcess, type JenkinsStandIn } from '../../../infra/lab/jenkins';
import { request } from './scripted';

/** A build that was asked for, and the client that is to end it; against the stand-in, without a socket. */
async function asked(options: { executors?: number; coreVersion?: string; runMs?: number } = {}) {
  const clock = new VirtualClock();
  const { executors = 2, coreVersion = '2.579', runMs = 15_000 } = options;
  const standIn = createJenkinsStandIn({
    clock,
    random: { next: () => 0.5 },
    credentials: { user: 'svc', token: 'a-token-of-the-lab' },
    executors,
    coreVersion,
    jobs: [
      {
        name: request.job,
        parameters: ['HOST', 'ENV', 'REQUEST_ID'].map((name) => ({ name })),
        pipeline: true,
        behaviour: { durationMs: Infinity, onStop: { afterMs: 200_000 } },
      },
    ],
  });
  const credentials = { user: 'svc', token: 'a-token-of-the-lab' };
  const transport = inProcess((call) => standIn.handle(call));
  const made = { url: 'http://ci.example.com', credentials, clock, transport };
  let trace: BuildTrace | undefined;
  const save = async (next: BuildTrace) => void (trace = next);
  await createJenkins(made).advance(request, undefined, save);
  await clock.advance(runMs);
  const ends = createBuildEnds(made);
  const end = (interruptible = true, value = request.correlation.value) =>
    ends.end({ job: request.job, correlation: { ...request.correlation, value }, interruptible }, trace, save);
  return { clock, standIn, end, trace: () => trace, forget: (next: BuildTrace | undefined) => (trace = next) };
}

const stops = (standIn: JenkinsStandIn) => {
  let count = 0;
  const handle = standIn.handle.bind(standIn);
  standIn.handle = (call) => {
    if (call.path.endsWith('/stop')) count += 1;
    return handle(call);
  };
  return () => count;
};

test.each(['2.579', '2.200'])(
  'what is queued is cancelled, whether it may be interrupted or not, by %s',
  async (core) => {
    const { standIn, end } = await asked({ executors: 0, coreVersion: core });
    expect(await end(false)).toMatchObject({ state: 'over', status: { state: 'cancelled' } });
    standIn.setExecutors(2);
    expect(standIn.builds(request.job)).toHaveLength(0);
  },
);

test('what runs is asked to stop once, and again after two minutes', async () => {
  const { clock, standIn, end } = await asked();
  const count = stops(standIn);
  for (let at = 0; at < 110; at += 10) {
    expect((await end()).state).toBe('ending');
    await clock.advance(10_000);
  }
  expect(count()).toBe(1);
  await clock.advance(15_000);
  expect((await end()).state).toBe('ending');
  expect(count()).toBe(2);
  await clock.advance(200_000);
  expect(await end()).toMatchObject({ state: 'over', status: { state: 'finished', result: 'ABORTED' } });
});

test('what must not be interrupted is only looked at', async () => {
  const { standIn, end } = await asked();
  const count = stops(standIn);
  const { reason } = (await end(false)) as { reason: string };
  expect(reason).toMatch(/#1 has run for 1\d s, http.*: it is not interruptible/);
  expect(count()).toBe(0);
});

test("another request's build under the number on record is not touched", async () => {
  // As after a crash that gave the number out again: what is on record is not what is there.
  const { standIn, end, trace, forget } = await asked();
  const count = stops(standIn);
  forget({ ...trace()!, number: 1, phase: 'running' });
  expect((await end(true, 'of-another')).state).toBe('ending');
  expect(count()).toBe(0);
});

test('a stop whose answer was lost is made again', async () => {
  const { standIn, end, clock } = await asked();
  const count = stops(standIn);
  standIn.faults.loseNextRequest({ path: /stop$/ });
  await expect(end()).rejects.toMatchObject({ name: 'JenkinsUnavailable' });
  await clock.advance(5_000);
  expect((await end()).state).toBe('ending');
  expect(count()).toBe(2);
});

test('what was never sent is over without a question; what is nowhere only after a second look', async () => {
  const { clock, standIn, end, forget } = await asked({ executors: 0 });
  forget(undefined);
  standIn.outage({ kind: 'refused' });
  expect(await end()).toMatchObject({ state: 'over', status: { state: 'lost' } });
  standIn.endOutage();
  const at = clock.now().toISOString();
  forget({ phase: 'posting', requestedAt: at, postedAt: at, firstPossibleNumber: 1 });
  expect((await end(true, 'of-another')).state).toBe('ending');
  await clock.advance(20_000);
  expect(await end(true, 'of-another')).toMatchObject({ state: 'over', status: { state: 'lost' } });
});

test('without Job/Cancel the refusal is told, and its end is awaited', async () => {
  const { standIn, end } = await asked();
  standIn.access.deny('hudson.model.Item.Cancel');
  expect(await end()).toMatchObject({ state: 'ending', reason: expect.stringContaining('Item.Cancel') as string });
});
