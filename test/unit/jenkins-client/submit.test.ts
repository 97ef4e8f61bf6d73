import { Bench, type Answering } from './scripted';
import { containing, matching } from './matchers';
import { withServer } from './setup';

const server = withServer();
const jobPage = '/job/platform/job/deploy/';

describe('a POST that was accepted', () => {
  test.each([
    [201, (base: string) => `${base}/queue/item/41/`],
    [303, (base: string) => `${base}/queue/item/41/`],
    [302, (base: string) => `${base}/queue/item/41/`],
    [201, () => '/queue/item/41/'],
    [201, () => 'http://ci.internal:8080/jenkins/queue/item/41/'],
    [201, () => 'https://evil.example.com/queue/item/41/'],
  ])('with %i and the item at another place is followed on our own address (%#)', async (status, location) => {
    const { current } = server;
    current.accepted = () => ({ status, headers: { Location: location(current.base) } });
    const bench = new Bench(current);
    expect(await bench.advance()).toMatchObject({ state: 'queued', url: `${current.base}/queue/item/41/` });
    expect(bench.trace).toMatchObject({ phase: 'queued', queueId: '41' });
  });

  test('keeps a 63-bit queue id exact, in the trace, in the URL and among the builds', async () => {
    const { current } = server;
    current.nextId = '717952010831702603';
    const bench = new Bench(current);
    expect(await bench.advance()).toMatchObject({ url: `${current.base}/queue/item/717952010831702603/` });
    expect(bench.trace?.queueId).toBe('717952010831702603');

    current.startBuild('717952010831702603', 8, { actions: [] });
    current.builds.unshift({ number: 7, queueId: '717952010831702700', fields: { actions: [] } });
    current.left = [];
    expect(await bench.later(400)).toMatchObject({ state: 'running', number: 8 });
  });

  test('counts as accepted by its headers even when its body breaks off', async () => {
    const { current } = server;
    current.accepted = (id) => ({
      write: (response) => {
        response.writeHead(201, { Location: `/queue/item/${id}/`, 'Content-Length': '1000' });
        response.write('partial');
        setImmediate(() => response.destroy());
      },
    });
    expect(await new Bench(current).advance()).toMatchObject({ state: 'queued' });
  });

  test('is looked up when it does not tell its item', async () => {
    const { current } = server;
    current.accepted = () => ({ status: 201, headers: { Location: jobPage } });
    const bench = new Bench(current);
    await bench.advance();
    expect(await bench.later(5)).toMatchObject({ state: 'queued', url: `${current.base}/queue/item/41/` });
  });

  test('is lost, and not posted again, when its item was not told and is not to be found', async () => {
    const { current } = server;
    current.on('POST', /./, { status: 201, headers: { Location: jobPage } });
    expect((await new Bench(current).drive()).status).toMatchObject({ state: 'lost' });
    expect(current.posts).toHaveLength(1);
  });
});

describe('a POST that had no effect', () => {
  const elsewhere = 'https://ci.example.com/job/platform/job/deploy/buildWithParameters?delay=0sec';
  test.each<[string, Answering, RegExp]>([
    [
      '400',
      { status: 400, body: { message: 'deploy is not parameterized' } },
      /answered 400 'deploy is not parameterized'/,
    ],
    ['401', { status: 401 }, /the user or the API token is not accepted/],
    [
      '403 for a crumb',
      { status: 403, body: '<html><title>Error 403 No valid crumb was included in the request</title></html>' },
      /use an API token/,
    ],
    [
      '403 for a permission',
      {
        status: 403,
        headers: { 'X-Required-Permission': 'hudson.model.Item.Build', 'X-You-Are-Authenticated-As': 'svc' },
      },
      /user 'svc' lacks the permission hudson\.model\.Item\.Build/,
    ],
    [
      '403 for an anonymous user',
      {
        status: 403,
        body: "<html><head><meta http-equiv='refresh' content='1;url=/login?from=%2F'/></head><body>Authentication required</body></html>",
      },
      /arrived without its credentials/,
    ],
    ['404', { status: 404, headers: { 'X-Jenkins': '2.5' } }, /not found or not visible/],
    ['405', { status: 405 }, /changed the POST/],
    ['409', { status: 409, body: { message: 'deploy is not buildable' } }, /disabled or not buildable/],
    ['413', { status: 413 }, /too large/],
    ['414', { status: 414 }, /too large/],
    ['431', { status: 431 }, /too large/],
    ['301', { status: 301, headers: { Location: elsewhere } }, /where it really is, https:\/\/ci\.example\.com$/],
    [
      '302 to the same path elsewhere',
      { status: 302, headers: { Location: elsewhere } },
      /where it really is, https:\/\/ci\.example\.com$/,
    ],
    ['307', { status: 307, headers: { Location: elsewhere } }, /where it really is, https:\/\/ci\.example\.com$/],
    ['308', { status: 308, headers: { Location: elsewhere } }, /where it really is, https:\/\/ci\.example\.com$/],
    [
      '302 to a login',
      { status: 302, headers: { Location: '/securityRealm/commenceLogin?from=x' } },
      /to a login page/,
    ],
    [
      '200 with a page',
      { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html><title>Welcome, sign in</title></html>' },
      /want its own sign-in/,
    ],
  ])('(%s) fails as a mistake in the settings', async (_, reply, message) => {
    const { current } = server;
    current.on('POST', /./, reply);
    const bench = new Bench(current);
    expect(await bench.failing()).toMatchObject({
      name: 'JenkinsMisconfigured',
      message: matching(message),
    });
    expect(current.posts).toHaveLength(1);
  });

  test('is posted again once the mistake is fixed, after two look-ups', async () => {
    const { current } = server;
    current.on('POST', /./, { status: 403 }, 1);
    const bench = new Bench(current);
    await bench.failing();
    const { status, states } = await (async () => {
      const steps = [await bench.later(60), await bench.later(6)];
      return { status: steps[1], states: steps.map(({ state }) => state) };
    })();
    expect(states).toEqual(['unconfirmed', 'queued']);
    expect(status).toMatchObject({ state: 'queued' });
    expect(current.posts).toHaveLength(2);
  });

  test('(429) is waited out', async () => {
    const { current } = server;
    current.on('POST', /./, { status: 429 }, 1);
    const bench = new Bench(current);
    expect(await bench.failing()).toMatchObject({ name: 'JenkinsUnavailable' });
  });
});

describe('a POST that was declined', () => {
  test.each([jobPage, '.', 'https://ci.internal/jenkins/job/platform/job/deploy/'])(
    'with 302 to %s is refused when it is not to be found',
    async (location) => {
      const { current } = server;
      current.on('POST', /./, { status: 302, headers: { Location: location } });
      expect(await new Bench(current).advance()).toMatchObject({ state: 'refused' });
      expect(current.posts).toHaveLength(1);
      expect(current.count(/queue\/api\/json/)).toBe(2);
    },
  );

  test('with 302 to the job page is followed when it is in the queue, as for very old versions', async () => {
    const { current } = server;
    current.accepted = () => ({ status: 302, headers: { Location: jobPage } });
    expect(await new Bench(current).advance()).toMatchObject({ state: 'queued' });
  });
});

describe('a POST that failed inside Jenkins', () => {
  const oops = { status: 500, body: '<html><h1>Oops!</h1><p>Logging ID=5d3a1c-77</p></html>' };

  test('is posted once more, and then reported with its Logging ID', async () => {
    const { current } = server;
    current.on('POST', /./, oops);
    const bench = new Bench(current);
    expect(await bench.advance()).toMatchObject({ state: 'unconfirmed', reason: containing('5d3a1c-77') });
    await expect(bench.drive()).rejects.toMatchObject({
      name: 'JenkinsMisconfigured',
      message: containing('Logging ID=5d3a1c-77'),
    });
    expect(current.posts).toHaveLength(2);
  });

  test('is followed when it had been queued all the same', async () => {
    const { current } = server;
    current.accepted = () => oops;
    const bench = new Bench(current);
    await bench.advance();
    expect(await bench.later(1)).toMatchObject({ state: 'queued' });
    expect(current.posts).toHaveLength(1);
  });

  test('continues when the second try is taken', async () => {
    const { current } = server;
    current.on('POST', /./, oops, 1);
    const bench = new Bench(current);
    await bench.advance();
    expect(await bench.later(6)).toMatchObject({ state: 'unconfirmed' });
    expect(await bench.later(6)).toMatchObject({ state: 'queued' });
    expect(current.posts).toHaveLength(2);
  });
});
