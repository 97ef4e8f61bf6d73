import { Bench, others, ours, type Reply } from './scripted';
import { containing } from './matchers';
import { withServer } from './setup';

const server = withServer();

async function queued(): Promise<Bench> {
  const bench = new Bench(server.current);
  await bench.advance();
  return bench;
}
async function running(fields: object = {}): Promise<Bench> {
  const bench = await queued();
  server.current.startBuild('41', 7, fields);
  await bench.later(5);
  return bench;
}

describe('a queue item', () => {
  test('tells why it waits, on one line, and whether it is stuck', async () => {
    const bench = await queued();
    server.current.items[0]!.fields = { stuck: true, why: 'Waiting for\n next executor on ‘x’' };
    expect(await bench.later(5)).toMatchObject({
      state: 'queued',
      stuck: true,
      why: 'Waiting for next executor on ‘x’',
    });
  });

  test.each([{ cancelled: false, executable: null }, { cancelled: false }])(
    'that has left the queue without a build yet is still queued',
    async (fields) => {
      const bench = await queued();
      server.current.items[0]!.fields = { why: null, ...fields };
      expect(await bench.later(5)).toMatchObject({ state: 'queued', why: containing('left the queue') });
    },
  );

  test('that was cancelled ends it', async () => {
    const bench = await queued();
    server.current.items[0]!.fields = { cancelled: true, why: null };
    expect(await bench.later(5)).toEqual({ state: 'cancelled', url: `${server.current.base}/queue/item/41/` });
    expect(server.current.posts).toHaveLength(1);
  });

  test('without a task, or with one of every odd shape, is followed', async () => {
    const bench = await queued();
    for (const task of [{}, null, { name: null, url: null }]) {
      server.current.items[0]!.fields = { task };
      expect(await bench.later(5)).toMatchObject({ state: 'queued' });
    }
  });

  test('that was purged after five minutes is found among the builds, by its id alone if need be', async () => {
    const bench = await queued();
    const build = server.current.startBuild('41', 7);
    delete build.parameters;
    server.current.left = [];
    expect(await bench.later(301)).toMatchObject({ state: 'running', number: 7 });
  });

  test('that is nowhere at all is lost, but only when two look-ups agree, and is not requested again', async () => {
    const bench = await queued();
    server.current.items = [];
    expect(await bench.later(301)).toMatchObject({ state: 'unconfirmed' });
    expect(await bench.later(1)).toMatchObject({ state: 'unconfirmed' });
    expect(await bench.later(5)).toMatchObject({ state: 'lost' });
    expect(await bench.later(5)).toMatchObject({ state: 'lost' });
    expect(server.current.posts).toHaveLength(1);
  });

  test('that is back after one look-up is followed as before', async () => {
    const bench = await queued();
    const { items } = server.current;
    server.current.items = [];
    await bench.later(5);
    server.current.items = items;
    expect(await bench.later(60)).toMatchObject({ state: 'queued' });
    expect(bench.trace).not.toHaveProperty('notFoundAt');
    server.current.items = [];
    expect(await bench.later(60)).toMatchObject({ state: 'unconfirmed' });
  });

  test.each<[string, object]>([
    ["another request's", { parameters: others }],
    ["another job's", { parameters: {}, fields: { task: { url: 'http://ci/job/platform/job/other/' } } }],
    ['without our parameter', { parameters: { HOST: 'x' } }],
  ])('whose id was handed out again (it is %s) is not ours', async (_, item) => {
    const bench = await queued();
    server.current.items = [{ id: '41', ...item }];
    server.current.builds = [{ number: 9, queueId: '40', parameters: ours }];
    expect(await bench.later(60)).toMatchObject({ state: 'running', number: 9 });
  });

  test("whose id was handed out again is lost when ours is not found, not another's", async () => {
    const bench = await queued();
    server.current.items = [{ id: '41', parameters: others }];
    expect((await bench.drive()).status).toMatchObject({ state: 'lost' });
    expect(server.current.posts).toHaveLength(1);
  });

  test('that is listed but not there does not keep a call going round', async () => {
    const bench = await queued();
    server.current.on('GET', /queue\/item/, { status: 404 });
    const before = server.current.hits.length;
    expect(await bench.later(5)).toMatchObject({ state: 'unconfirmed' });
    expect(server.current.hits.length - before).toBeLessThan(6);
  });

  test('that moved to a new id with a restart is found in the queue', async () => {
    const bench = await queued();
    server.current.items[0]!.id = '4';
    expect(await bench.later(5)).toMatchObject({ state: 'queued', url: `${server.current.base}/queue/item/4/` });
  });
});

describe('a build', () => {
  test('with a result is not finished while it is building', async () => {
    const bench = await running({ building: true, result: 'SUCCESS' });
    expect(await bench.later(5)).toMatchObject({ state: 'running' });
    server.current.builds[0]!.fields = { building: false, result: null };
    expect(await bench.later(5)).toMatchObject({ state: 'running' });
    server.current.builds[0]!.fields = { building: false, result: 'FAILURE' };
    expect(await bench.later(5)).toMatchObject({ state: 'finished', result: 'FAILURE' });
  });

  test.each(['SUCCESS', 'UNSTABLE', 'FAILURE', 'ABORTED', 'NOT_BUILT', 'SOMETHING_NEW'])(
    'that ended %s is reported so',
    async (result) => {
      const bench = await running({ building: false, result });
      expect(await bench.advance()).toMatchObject({ state: 'finished', result });
    },
  );

  test('has no estimate when Jenkins has none, and has not run for less than no time', async () => {
    const bench = await queued();
    server.current.startBuild('41', 7, { timestamp: bench.clock.ms + 60_000, estimatedDuration: -1 });
    const status = await bench.advance();
    expect(status).toMatchObject({ state: 'running', elapsedMs: 0 });
    expect(status).not.toHaveProperty('estimatedMs');
  });

  test('that was discarded is lost, not failed', async () => {
    const bench = await running();
    server.current.builds = [];
    expect(await bench.later(5)).toMatchObject({ state: 'unconfirmed' });
    expect(await bench.later(5)).toMatchObject({ state: 'lost' });
    expect(server.current.posts).toHaveLength(1);
  });

  test('that was out of sight once must be so twice again to be lost', async () => {
    const bench = await running();
    server.current.on('GET', /deploy\/7\//, { status: 404 }, 1);
    server.current.on('GET', /deploy\/api\/json/, { body: { builds: [] } }, 1);
    expect(await bench.later(5)).toMatchObject({ state: 'unconfirmed' });
    expect(await bench.later(60)).toMatchObject({ state: 'running' });
    server.current.builds = [];
    expect(await bench.later(60)).toMatchObject({ state: 'unconfirmed' });
  });

  test("that turns out to be another request's is left", async () => {
    const bench = await queued();
    server.current.left = [{ id: '41', fields: { executable: { number: 7 } } }];
    server.current.items = [];
    server.current.builds = [
      { number: 8, queueId: '60', parameters: ours },
      { number: 7, queueId: '41', parameters: others },
    ];
    expect(await bench.later(5)).toMatchObject({ state: 'running', number: 8 });
  });

  test('that has no parameters yet is not ours when it came from another queue item', async () => {
    const bench = await queued();
    server.current.left = [{ id: '41', fields: { executable: { number: 7 } } }];
    server.current.items = [];
    server.current.builds = [{ number: 7, queueId: '60' }];
    expect(await bench.later(5)).toMatchObject({ state: 'unconfirmed' });
    server.current.builds = [{ number: 7, queueId: '41' }];
    expect(await bench.later(1)).toMatchObject({ state: 'running', number: 7 });
  });

  test('is followed through a restart that forgets the items', async () => {
    const bench = await queued();
    server.current.startBuild('41', 7);
    server.current.on('GET', /./, { status: 503, body: '<html>Jenkins is restarting</html>' }, 3);
    server.current.left = [];
    const { states } = await bench.drive(() => {
      server.current.builds[0]!.fields = { building: false, result: 'SUCCESS' };
    });
    expect(states).toEqual(['JenkinsUnavailable', 'JenkinsUnavailable', 'JenkinsUnavailable', 'finished']);
    expect(server.current.posts).toHaveLength(1);
  });
});

describe('while a request is followed', () => {
  const refusals: [string, Reply][] = [
    ['401', { status: 401 }],
    ['403', { status: 403, headers: { 'X-Required-Permission': 'hudson.model.Item.Read' } }],
    ['500', { status: 500, body: 'Logging ID=1a' }],
    ['a login page', { status: 302, headers: { Location: '/login' } }],
    ['a page', { headers: { 'Content-Type': 'text/html' }, body: '<html></html>' }],
  ];

  test.each(refusals)('%s is put up with for ten minutes, and then reported', async (_, reply) => {
    const bench = await running();
    server.current.on('GET', /deploy\/7\//, reply);
    bench.clock.pass(5);
    const since = bench.clock.now().toISOString();
    expect(await bench.failing()).toMatchObject({
      name: 'JenkinsUnavailable',
      message: containing(since),
    });
    expect(bench.trace?.refusedSince).toBe(since);
    bench.clock.pass(599);
    expect(await bench.failing()).toMatchObject({ name: 'JenkinsUnavailable' });
    bench.clock.pass(1);
    expect(await bench.failing()).toMatchObject({ name: 'JenkinsMisconfigured' });
  });

  test('404 for the build and for its job too is such a refusal, not a loss', async () => {
    const bench = await running();
    server.current.on('GET', /\/job\//, { status: 404 });
    bench.clock.pass(5);
    expect(await bench.failing()).toMatchObject({ name: 'JenkinsUnavailable' });
    expect(bench.trace).toHaveProperty('refusedSince');
  });

  test('the ten minutes begin again after an answer', async () => {
    const bench = await running();
    server.current.on('GET', /deploy\/7\//, { status: 403 }, 1);
    await bench.failing();
    expect(await bench.later(5)).toMatchObject({ state: 'running' });
    expect(bench.trace).not.toHaveProperty('refusedSince');
    server.current.on('GET', /deploy\/7\//, { status: 403 }, 1);
    bench.clock.pass(700);
    expect(await bench.failing()).toMatchObject({ name: 'JenkinsUnavailable' });
  });

  test.each<[string, Reply]>([
    ['502', { status: 502 }],
    ['503', { status: 503 }],
    ['504', { status: 504 }],
    ['truncated JSON', { body: '{"number":7,"building":fal' }],
    ['an empty answer', {}],
    ['a broken connection', 'reset'],
  ])('%s is waited out for as long as it lasts', async (_, reply) => {
    const bench = await running();
    server.current.on('GET', /deploy\/7\//, reply, 3);
    for (let i = 0; i < 3; i += 1) {
      bench.clock.pass(3_600);
      expect(await bench.failing()).toMatchObject({ name: 'JenkinsUnavailable' });
    }
    expect(await bench.later(5)).toMatchObject({ state: 'running' });
    expect(server.current.posts).toHaveLength(1);
  });
});
