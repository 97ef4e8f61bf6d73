import { Bench, others, ours, type Reply } from './scripted';
import { withServer } from './setup';

const server = withServer();

const answers: [string, Reply][] = [
  ['the connection broke', 'reset'],
  ['it took too long', 'hang'],
  ['500 without a Logging ID', { status: 500 }],
  ['502', { status: 502 }],
  ['503', { status: 503 }],
  ['504', { status: 504, body: '<html>Gateway Time-out</html>' }],
  ['a 200 that says nothing', { status: 200, body: 'ok' }],
  ['a redirect to nowhere', { status: 302 }],
  ['a redirect to the front page', { status: 302, headers: { Location: '/' } }],
];
// Long enough for a busy machine: the look-ups after the lost answer have it too.
const timing = { requestTimeoutMs: 500 };

describe('a POST whose answer says nothing', () => {
  test.each(answers)('(%s) is found when it was processed, and not posted again', async (_, reply) => {
    const { current } = server;
    current.accepted = () => reply;
    const bench = new Bench(current, timing);
    expect(await bench.advance()).toMatchObject({ state: 'unconfirmed' });
    expect(await bench.later(1)).toMatchObject({ state: 'queued' });
    expect(current.posts).toHaveLength(1);
  });

  test.each(answers)('(%s) is posted again with the same value when two look-ups found nothing', async (_, reply) => {
    const { current } = server;
    current.on('POST', /./, reply, 1);
    const bench = new Bench(current, timing);
    await bench.advance();
    expect(await bench.later(6)).toMatchObject({ state: 'unconfirmed' });
    expect(current.posts).toHaveLength(1);
    current.job = { ...current.job, nextBuildNumber: 12 };
    expect(await bench.later(6)).toMatchObject({ state: 'queued' });
    expect(bench.trace).toMatchObject({ firstPossibleNumber: 7 }); // it may be a build of the first POST after all
    expect(current.posts.map(({ form }) => form.get('REQUEST_ID'))).toEqual([ours.REQUEST_ID, ours.REQUEST_ID]);
    expect(bench.trace).toMatchObject({
      requestedAt: '2026-03-01T12:00:00.000Z',
      postedAt: '2026-03-01T12:00:12.000Z',
    });
  });

  test('is looked up twice five seconds apart, however often it is asked for', async () => {
    const { current } = server;
    current.on('POST', /./, 'reset', 1);
    const bench = new Bench(current);
    await bench.advance();
    await bench.later(60);
    for (let i = 0; i < 4; i += 1) expect(await bench.later(1)).toMatchObject({ state: 'unconfirmed' });
    expect(current.posts).toHaveLength(1);
    await bench.later(1);
    expect(current.posts).toHaveLength(2);
  });

  test('is not posted again while it may still be on its way', async () => {
    const { current } = server;
    current.on('POST', /./, 'hang', 1);
    const bench = new Bench(current, { ...timing, postMarginMs: 60_000 });
    await bench.advance();
    for (let i = 0; i < 6; i += 1) expect(await bench.later(10)).toMatchObject({ state: 'unconfirmed' });
    expect(current.posts).toHaveLength(1);
    await bench.later(1);
    expect(current.posts).toHaveLength(2);
  });

  test('is found by the second look-up when its build had no parameters yet at the first', async () => {
    const { current } = server;
    current.accepted = () => 'reset';
    const bench = new Bench(current);
    await bench.advance();
    const build = current.startBuild('41', 7);
    delete build.parameters;
    expect(await bench.later(8)).toMatchObject({ state: 'unconfirmed' });
    build.parameters = ours;
    expect(await bench.later(6)).toMatchObject({ state: 'running', number: 7 });
    expect(current.posts).toHaveLength(1);
  });

  test('is checked against the job before it is posted again', async () => {
    const { current } = server;
    current.on('POST', /./, 'reset', 1);
    const bench = new Bench(current);
    await bench.advance();
    await bench.later(8);
    current.job = { buildable: false, nextBuildNumber: 7 };
    bench.clock.pass(8);
    expect(await bench.failing()).toMatchObject({ name: 'JenkinsMisconfigured' });
    expect(current.posts).toHaveLength(1);
  });

  test('does not count a look-up that failed', async () => {
    const { current } = server;
    current.on('POST', /./, 'reset', 1);
    const bench = new Bench(current);
    await bench.advance();
    current.on('GET', /deploy\/api\/json/, { status: 403 }, 3);
    for (let i = 0; i < 3; i += 1) {
      bench.clock.pass(6);
      expect(await bench.failing()).toMatchObject({ name: 'JenkinsUnavailable' });
    }
    expect(bench.trace?.notFoundAt).toBeUndefined();
    await bench.later(6);
    expect(current.posts).toHaveLength(1);
  });

  test.each([/queue\/api\/json/, /deploy\/api\/json/])(
    'does not take an answer without its list for an empty one (%s)',
    async (path) => {
      const { current } = server;
      current.on('POST', /./, 'reset', 1);
      const bench = new Bench(current);
      await bench.advance();
      current.on('GET', path, { body: { _class: 'hudson.model.Queue' } });
      for (let i = 0; i < 4; i += 1) expect(await bench.later(60)).toMatchObject({ state: 'unconfirmed' });
      expect(current.posts).toHaveLength(1);
    },
  );

  test('is not posted again while more builds have come since than Jenkins lists', async () => {
    const { current } = server;
    current.on('POST', /./, 'reset', 1);
    const bench = new Bench(current);
    await bench.advance();
    const entry = (number: number): object => ({ number, actions: [] });
    const builds = Array.from({ length: 100 }, (_, i) => entry(5_000 - i));
    const allBuilds = Array.from({ length: 900 }, (_, i) => entry(4_900 - i));
    current.on('GET', /deploy\/api\/json/, (hit) =>
      hit.query.get('tree')?.startsWith('builds[') === true
        ? { body: { builds } }
        : hit.query.get('tree')?.startsWith('allBuilds[') === true
          ? { body: { allBuilds } }
          : undefined,
    );
    for (let i = 0; i < 4; i += 1) expect(await bench.later(60)).toMatchObject({ state: 'unconfirmed' });
    expect(current.posts).toHaveLength(1);
    allBuilds[899] = { number: 8, actions: [{ parameters: [{ name: 'REQUEST_ID', value: ours.REQUEST_ID }] }] };
    await expect(bench.later(60)).resolves.toMatchObject({ state: 'unconfirmed' }); // build 8 itself is not served
    expect(bench.trace).toMatchObject({ phase: 'running', number: 8 });
  });
});

describe('what is adopted', () => {
  async function lookedUp(): Promise<Bench> {
    const { current } = server;
    current.on('POST', /./, 'reset', 1);
    const bench = new Bench(current);
    await bench.advance();
    return bench;
  }

  test("is never another request's item or build", async () => {
    const { current } = server;
    const bench = await lookedUp();
    current.items = [{ id: '50', parameters: others }];
    current.builds = [
      { number: 7, queueId: '49', parameters: others },
      { number: 8, queueId: '51' },
    ];
    expect(await bench.later(8)).toMatchObject({ state: 'unconfirmed' });
  });

  test('is the build before its copies by Replay, Rebuild or Naginator', async () => {
    const { current } = server;
    const bench = await lookedUp();
    const copies = [
      'org.jenkinsci.plugins.workflow.cps.replay.ReplayCause',
      'com.sonyericsson.rebuild.RebuildCause',
      'com.chikli.hudson.plugin.naginator.NaginatorCause',
    ];
    current.builds = [
      ...copies.map((cause, i) => ({ number: 7 + i, parameters: ours, causes: [cause] })),
      { number: 10, parameters: ours },
      { number: 11, parameters: ours },
    ].reverse();
    expect(await bench.later(8)).toMatchObject({ state: 'running', number: 10 });
  });

  test('is nothing, and nothing is posted, when only copies are left', async () => {
    const { current } = server;
    const bench = await lookedUp();
    current.builds = [{ number: 9, parameters: ours, causes: ['x.replay.ReplayCause'] }];
    expect(await bench.later(8)).toMatchObject({ state: 'unconfirmed' });
    expect(await bench.later(8)).toMatchObject({ state: 'lost' });
    expect(current.posts).toHaveLength(1);
  });

  test('is a build below the numbers of then too, for the value is its own, and a backup may have been restored', async () => {
    const { current } = server;
    const bench = await lookedUp();
    current.builds = [{ number: 6, parameters: ours }];
    expect(await bench.later(8)).toMatchObject({ state: 'running', number: 6 });
    expect(current.posts).toHaveLength(1);
  });

  test('is no build of before that only has the queue id, which is given out again', async () => {
    const { current } = server;
    const bench = new Bench(current);
    await bench.advance();
    current.items = [];
    current.builds = [{ number: 6, queueId: '41' }];
    expect(await bench.later(8)).toMatchObject({ state: 'unconfirmed' });
  });

  test('is what a job echoes with white space trimmed, among actions of every kind', async () => {
    const { current } = server;
    const bench = await lookedUp();
    const parameters = [
      { name: 'FILE' },
      null,
      { name: 'DRY', value: true },
      { name: 'REQUEST_ID', value: `${ours.REQUEST_ID} ` },
    ];
    current.builds = [{ number: 7, fields: { actions: [null, {}, { parameters: null }, { parameters }] } }];
    expect(await bench.later(8)).toMatchObject({ state: 'running', number: 7 });
  });

  test('is the item that an equal request was merged with', async () => {
    const { current } = server;
    current.items = [];
    current.accepted = (id) => ({ status: 303, headers: { Location: `/queue/item/${id}/` } });
    const bench = new Bench(current);
    expect(await bench.advance()).toMatchObject({ state: 'queued' });
  });

  test("is not an item that Jenkins merged with another's request", async () => {
    const { current } = server;
    current.items = [{ id: '40', parameters: others }];
    current.on('POST', /./, { status: 303, headers: { Location: '/queue/item/40/' } });
    const bench = new Bench(current);
    expect((await bench.drive()).status).toMatchObject({ state: 'lost' });
    expect(current.posts).toHaveLength(1);
  });
});
