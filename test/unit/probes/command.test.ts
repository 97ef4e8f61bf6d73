import { reasonCodes } from '../../../functions/probes/contracts/reasons';
import { muster } from '../../support/console/run';
import { serveHttp, type Running } from '../../support/servers/loopback';

// `muster probe` as a person or a script meets it: words, exit codes, JSON.

let server: Running;
beforeAll(async () => {
  server = await serveHttp((request, response) =>
    response.writeHead(request.url === '/well' ? 200 : 503).end('all is well'),
  );
});
afterAll(() => server.close());
const here = (path: string) => `http://127.0.0.1:${server.port}${path}`;

test('what is up says so, with its phases, and exits with 0', async () => {
  const { code, out } = await muster(['probe', '--internal', '--contains', 'well', here('/well')]);
  expect(code).toBe(0);
  expect(out).toMatch(/^up {2}http:\/\/127.*status 200, 11 bytes/);
  for (const phase of ['look-up', 'connect', 'first byte', 'transfer'])
    expect(out).toMatch(new RegExp(`^  ${phase}`, 'm'));
});

test('one of several that is not up says why, and is the exit code', async () => {
  const { code, out } = await muster(['probe', '--internal', here('/well'), here('/ill')]);
  expect(code).toBe(1);
  expect(out).toMatch(/^up .*\n[^]*^not up .*\n {2}http_status {2}/m);
});

test('an address of this machine is refused, and how it is allowed is said', async () => {
  const { code, out } = await muster(['probe', here('/well')]);
  expect(code).toBe(1);
  expect(out).toMatch(/config_error .*127\.0\.0\.1 is loopback.*--internal/);
});

test('JSON has a reason of the closed list, and is all that is written', async () => {
  const { code, out, err } = await muster([
    'probe',
    '--json',
    '--internal',
    here('/well'),
    here('/ill'),
    'tcp://127.0.0.1:1',
  ]);
  expect([code, err]).toEqual([1, '']);
  const results = JSON.parse(out) as { target: string; up: boolean; reason?: string }[];
  expect(results.map(({ up, reason }) => [up, reason])).toEqual([
    [true, undefined],
    [false, 'http_status'],
    [false, 'conn_refused'],
  ]);
  expect(results[0]!.target).toBe(here('/well'));
  for (const { reason } of results) if (reason !== undefined) expect(reasonCodes).toContain(reason);
});

test.each<[string, readonly string[], RegExp]>([
  ['no address', ['ftp://example.com'], /^URL: got "ftp:\/\/example.com", allowed: an address such as https:/],
  ['two of them', ['example', 'https://'], /^URL: got "example".*\nURL: got "https:\/\/"/],
  [
    'a status of none, once for all',
    ['--status', '9xx', 'http://a.test', 'http://b.test'],
    /^--status: got "9xx", allowed: a class such as 2xx\n?$/,
  ],
  ['a port without a protocol', ['tcp://127.0.0.1'], /^URL: got "tcp:/],
  ['nothing', [], /missing required argument/],
  ['a family of none', ['--family', '5', 'http://a.test'], /4, 6, any/],
])('%s is a mistake of usage, in the words that were typed', async (_, args, words) => {
  const { code, out, err } = await muster(['probe', ...args]);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(words);
});
