import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createJenkins } from '../../../../functions/fleet/adapters/jenkins';
import { containing } from '../matchers';
import { Bench, request, ScriptedJenkins, token, user } from '../scripted';
import { withServer } from '../setup';

const server = withServer();

describe('an address', () => {
  test.each(['', '/', '///'])('may end in %p, and keeps its context path', async (slashes) => {
    const { current } = server;
    current.context = '/ci/jenkins';
    const bench = new Bench(current, { url: current.base + slashes });
    expect(await bench.advance()).toMatchObject({
      state: 'queued',
      url: `${current.origin}/ci/jenkins/queue/item/41/`,
    });
    expect(current.hits.filter(({ path }) => path.includes('//') || !path.startsWith('/ci/jenkins/'))).toEqual([]);
  });

  test('of a branch is encoded once more than its name', async () => {
    const { current } = server;
    current.jobPath = '/job/my%20apps/job/web/job/feature%252Flogin%2523';
    const bench = new Bench(current);
    const job = 'my apps/web/feature%2Flogin%23';
    expect(await bench.advance({ ...request, job })).toMatchObject({ state: 'queued' });
    current.startBuild('41', 7);
    expect(await bench.later(5, { ...request, job })).toMatchObject({ url: `${current.base}${current.jobPath}/7/` });
  });

  test('is encoded in its query too', async () => {
    const { current } = server;
    const raw: string[] = [];
    const plain = http.createServer((incoming, response) => {
      raw.push(incoming.url ?? '');
      response.end('{}');
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    await new Bench(current, { url }).failing();
    await new Promise((resolve) => plain.close(resolve));
    expect(raw[0]).toMatch(/^\/job\/platform\/job\/deploy\/api\/json\?tree=[\w%]+$/);
  });
});

describe('no answer', () => {
  test('in time is waited out, even if it comes bit by bit', async () => {
    const { current } = server;
    const timers: NodeJS.Timeout[] = [];
    current.on('GET', /deploy\/api/, {
      write: (response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        timers.push(setInterval(() => response.write(' '), 20));
      },
    });
    const bench = new Bench(current, { requestTimeoutMs: 150 });
    expect(await bench.failing()).toMatchObject({ name: 'JenkinsUnavailable' });
    timers.forEach((timer) => clearInterval(timer));

    current.on('GET', /deploy\/api/, 'hang');
    expect(await bench.failing()).toMatchObject({ name: 'JenkinsUnavailable', message: containing('within 150 ms') });
  });

  test('because no server listens, or there is no such host, is waited out; and nothing was posted', async () => {
    const closed = await new ScriptedJenkins().start();
    const url = closed.base;
    await closed.stop();
    const refused = await new Bench(server.current, { url }).failing();
    expect(refused).toMatchObject({ name: 'JenkinsUnavailable', message: containing('ECONNREFUSED') });
  });

  test('to a POST that was not delivered says so, and it is posted again after two look-ups', async () => {
    const { current } = server;
    const bench = new Bench(current);
    // the server goes away between the look-up and the POST
    await expect(
      bench.jenkins.advance(request, undefined, async (trace) => {
        await bench.save(trace);
        if (trace.phase === 'posting') await current.stop();
      }),
    ).rejects.toMatchObject({ name: 'JenkinsUnavailable', message: containing('no answer from') });
    expect(current.posts).toHaveLength(0);
  });

  test('over TLS from a server without it, and the other way round, is told apart from an outage', async () => {
    const { current } = server;
    const bench = new Bench(current, { url: current.base.replace('http:', 'https:') });
    expect(await bench.failing()).toMatchObject({ name: 'JenkinsMisconfigured', message: containing('TLS') });
  });
});

describe('redirects', () => {
  test('are never followed, and the credentials never reach another origin', async () => {
    const { current } = server;
    const other = await new ScriptedJenkins().start();
    for (const status of [301, 302, 303, 307, 308]) {
      const headers = { Location: `${other.base}/job/platform/job/deploy/api/json` };
      current.on('GET', /deploy\/api/, { status, headers }, 1);
      const error = await new Bench(current).failing();
      expect(error).toMatchObject({ name: 'JenkinsMisconfigured', message: containing(other.origin) });

      current.on(
        'POST',
        /./,
        { status, headers: { Location: `${other.base}/job/platform/job/deploy/buildWithParameters` } },
        1,
      );
      expect(await new Bench(current).failing()).toMatchObject({ message: containing(other.origin) });
    }
    current.accepted = (id) => ({ status: 201, headers: { Location: `${other.base}/queue/item/${id}/` } });
    expect(await new Bench(current).advance()).toMatchObject({ url: `${current.base}/queue/item/41/` });
    expect(other.hits).toEqual([]);
    await other.stop();
  });
});

describe('credentials', () => {
  test('are asked for again once after a 401, and the same request is sent with the new ones', async () => {
    const { current } = server;
    const accepted = `Basic ${Buffer.from(`${user}:new`).toString('base64')}`;
    for (const method of ['GET', 'POST']) {
      current.on(method, /./, (hit) => (hit.headers.authorization === accepted ? undefined : { status: 401 }));
    }
    const asked: boolean[] = [];
    const credentials = async (again: boolean): Promise<{ user: string; token: string }> => {
      asked.push(again);
      return { user, token: again ? 'new' : 'old' };
    };
    expect(await new Bench(current, { credentials }).advance()).toMatchObject({ state: 'queued' });
    expect(asked).toEqual([false, true]);
    expect(current.posts).toHaveLength(1);
  });

  test('are asked for again when only the POST meets a 401, which had no effect', async () => {
    const { current } = server;
    current.on('POST', /./, { status: 401 }, 1);
    const credentials = async (again: boolean): Promise<{ user: string; token: string }> => ({
      user,
      token: String(again),
    });
    expect(await new Bench(current, { credentials }).advance()).toMatchObject({ state: 'queued' });
    expect(current.items).toHaveLength(1);
  });

  test('are not tried for ever', async () => {
    const { current } = server;
    current.on('GET', /./, { status: 401 });
    let asked = 0;
    const credentials = async (): Promise<{ user: string; token: string }> => ({ user, token: `t-${(asked += 1)}` });
    expect(await new Bench(current, { credentials }).failing()).toMatchObject({ name: 'JenkinsMisconfigured' });
    expect(asked).toBe(2);
    expect(current.hits).toHaveLength(2);

    asked = 0;
    const second = `Basic ${Buffer.from(`${user}:t-2`).toString('base64')}`;
    current.on('GET', /./, (hit) =>
      hit.headers.authorization === second
        ? { body: hit.path.startsWith('/queue') ? { items: [] } : current.job }
        : { status: 401 },
    );
    current.on('POST', /./, { status: 401 });
    expect(await new Bench(current, { credentials }).failing()).toMatchObject({ name: 'JenkinsMisconfigured' });
    expect(asked).toBe(2); // once a call, not once a request
  });

  test('that cannot be had fail with the error of their source, unchanged', async () => {
    const denied = new Error('no access to the secret');
    const bench = new Bench(server.current, { credentials: () => Promise.reject(denied) });
    expect(await bench.failing()).toBe(denied);
    expect(server.current.hits).toHaveLength(0);
  });

  test.each([
    { user: '', token: 'x' },
    { user: 'a:b', token: 'x' },
    { user: 'a', token: '' },
    { user: 'a', token: 'pasted\n' },
    { user: 'a' } as unknown as { user: string; token: string },
  ])('that cannot be right are refused without a request (%#)', async (credentials) => {
    const error = await new Bench(server.current, { credentials }).failing();
    expect(error.name).toBe('JenkinsMisconfigured');
    expect(error.message).not.toContain('pasted');
    expect(server.current.hits).toHaveLength(0);
  });
});

describe('a private CA', () => {
  const read = (name: string): string => readFileSync(join(__dirname, '../../../support/tls', name), 'utf8');
  const files = { ca: read('ca.pem'), key: read('key.pem'), cert: read('cert.pem') };
  let secure: ScriptedJenkins;
  beforeAll(async () => {
    secure = await new ScriptedJenkins(files).start();
  });
  afterAll(() => secure.stop());

  test('is trusted when it is given', async () => {
    const status = await new Bench(secure, { ca: files.ca }).advance();
    expect(status).toMatchObject({ state: 'queued', url: `${secure.base}/queue/item/41/` });
    expect(secure.base).toMatch(/^https:/);
  });

  test('is not trusted when it is not, and nothing is sent', async () => {
    const hits = secure.hits.length;
    const error = await new Bench(secure).failing();
    expect(error).toMatchObject({ name: 'JenkinsMisconfigured', message: containing('is not trusted') });
    expect(secure.hits).toHaveLength(hits);
  });

  test.each(['not a certificate', '-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----'])(
    'that cannot be read is refused at once (%#)',
    (ca) => {
      expect(() => createJenkins({ url: 'https://ci', credentials: { user, token }, ca })).toThrow(/CA for Jenkins/);
    },
  );
});
