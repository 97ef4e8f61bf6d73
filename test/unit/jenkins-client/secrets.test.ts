import { inspect } from 'node:util';
import { Bench, request, token, user, type Hit, type Reply } from './scripted';
import { withServer } from './setup';

const server = withServer();

const forms = [
  token,
  Buffer.from(token).toString('base64'),
  Buffer.from(`${user}:${token}`).toString('base64'),
  Buffer.from(`${user}:${token}`).toString('base64').replace(/=+$/, ''),
];

/** All that a logger, a debugger or Lambda could take out of an error or a value. */
function everything(value: unknown): string {
  const seen: unknown[] = [];
  for (let next = value; next instanceof Error && !seen.includes(next); next = next.cause) {
    seen.push(
      next,
      next.message,
      next.stack,
      JSON.stringify(next),
      JSON.stringify(next, Object.getOwnPropertyNames(next)),
    );
  }
  return inspect([value, ...seen], { depth: Infinity, showHidden: true }) + JSON.stringify(value);
}
function expectNoSecret(value: unknown): void {
  const text = everything(value);
  for (const form of forms) expect(text).not.toContain(form);
}

/** A proxy that shows what it got. */
const echo =
  (status: number) =>
  (hit: Hit): Reply => ({
    status,
    headers: { 'X-You-Are-Authenticated-As': token, 'Content-Type': 'text/plain' },
    body: `got ${hit.headers.authorization ?? ''} of ${token}; Logging ID=12`,
  });

describe('the token', () => {
  test('is in no property of the client', () => {
    expectNoSecret(new Bench(server.current).jenkins);
  });

  test.each<[string, Reply | ((hit: Hit) => Reply)]>([
    ['a reset', 'reset'],
    ['a time-out', 'hang'],
    ...[400, 401, 403, 404, 405, 409, 414, 429, 500, 502, 503].map((status): [string, (hit: Hit) => Reply] => [
      `an echo with ${status}`,
      echo(status),
    ]),
    ['a redirect with it', { status: 302, headers: { Location: `http://${user}:${token}@127.0.0.1:1/?t=${token}` } }],
    ['garbage with it', { body: `{"${token}` }],
    ['a page with it', { headers: { 'Content-Type': 'text/html' }, body: `<title>${token}</title>` }],
  ])('is in no error after %s', async (_, reply) => {
    const { current } = server;
    current.on('GET', /deploy\/api/, reply);
    const bench = new Bench(current, { requestTimeoutMs: 150 });
    const reading = await bench.failing();
    expect(['JenkinsUnavailable', 'JenkinsMisconfigured']).toContain(reading.name);
    expectNoSecret(reading);

    current.on('GET', /deploy\/api/, { body: current.job });
    current.on('POST', /./, reply);
    expectNoSecret(await bench.advance().catch((error: unknown) => error));
    bench.clock.pass(60);
    for (let i = 0; i < 3; i += 1) expectNoSecret(await bench.later(60).catch((error: unknown) => error));
  });

  test('is taken out of the reason of a wait and of a log', async () => {
    const { current } = server;
    const bench = new Bench(current);
    await bench.advance();
    current.items[0]!.fields = { why: `waiting for ${token}` };
    expect(await bench.advance()).toMatchObject({ why: 'waiting for ***' });
    current.log = `curl -u ${user}:${token}\nAuthorization: Basic ${forms[2] ?? ''}\n`;
    current.startBuild('41', 7, { building: false, result: 'FAILURE' });
    const status = await bench.advance();
    expect(status).toMatchObject({ logTail: `curl -u ${user}:***\nAuthorization: Basic ***` });
    expectNoSecret(status);
  });

  test('is in no error when nothing can be sent', async () => {
    const bench = new Bench(server.current, { url: 'http://127.0.0.1:1' });
    const error = await bench.failing();
    expect(error.cause).toMatchObject({ name: 'ECONNREFUSED' });
    expectNoSecret(error);
  });

  test('is in no trace', async () => {
    const bench = new Bench(server.current);
    await bench.advance(request);
    expectNoSecret(bench.saved);
  });
});
