import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createJenkinsDirectory } from '../../../../functions/fleet/adapters/jenkins-directory';
import { systemClock } from '../../../../functions/shared/runtime';
import { tailOf } from '../../../../functions/fleet/adapters/jenkins/log/log-tail';
import type { BuildStatus } from '../../../../functions/fleet/ports/jenkins';
import { Bench, type Reply } from '../scripted';
import { withServer } from '../setup';

const server = withServer();

async function failed(options: { logBytes?: number; logLines?: number } = {}): Promise<BuildStatus> {
  const bench = new Bench(server.current, { requestTimeoutMs: 1000, ...options });
  await bench.advance();
  server.current.startBuild('41', 7, { building: false, result: 'FAILURE', duration: 9 });
  return await bench.advance();
}

describe('the last lines of a log', () => {
  test('come with one request when the log is small', async () => {
    server.current.log = 'one\r\ntwo\r\nthree\r\n';
    expect(await failed({ logLines: 2 })).toMatchObject({ result: 'FAILURE', logTail: 'two\nthree' });
    expect(server.current.count(/progressiveText/)).toBe(1);
  });

  test('are ten where nothing is said', async () => {
    server.current.log = Array.from({ length: 50 }, (_, i) => `line ${i}`).join('\n');
    const shown = (await failed()) as { logTail?: string };
    expect(shown.logTail?.split('\n')).toHaveLength(10);
  });

  test('are not asked for where there are to be none', async () => {
    server.current.log = 'one\ntwo\n';
    expect(await failed({ logLines: 0 })).not.toHaveProperty('logTail');
    expect(server.current.count(/progressiveText/)).toBe(0);
  });

  test('are as many as the settings say, also when they change while a function stays warm', () => {
    const made: unknown[] = [];
    const directory = createJenkinsDirectory(
      { secrets: new SecretsManagerClient({}), clock: systemClock, urls: {} },
      ({ logLines }) => made.push(logLines),
    );
    const settings = { url: 'https://ci', credentialsSecret: 's' };
    for (const logLines of [3, 3, 0]) directory({ ...settings, logLines });
    directory(settings);
    expect(made).toEqual([3, 0, undefined]);
  });

  test('are asked for by the size of a large log, of which no more is read', async () => {
    const lines = Array.from({ length: 200_000 }, (_, i) => `line ${i} – ünï`);
    server.current.log = lines.join('\n') + '\n';
    const status = await failed({ logBytes: 500, logLines: 5 });
    expect(status).toMatchObject({ logTail: lines.slice(-5).join('\n') });
    const size = Buffer.byteLength(server.current.log);
    const asked = server.current.hits.filter(({ path }) => path.endsWith('progressiveText'));
    expect(asked.map(({ query }) => query.get('start'))).toEqual(['0', String(size - 500)]);
  });

  test.each<[string, Reply]>([
    ['404', { status: 404 }],
    ['403', { status: 403 }],
    ['500', { status: 500 }],
    ['a broken connection', 'reset'],
    ['no answer', 'hang'],
    ['a login page', { headers: { 'Content-Type': 'text/html' }, body: '<html>' }],
    ['an empty log', { headers: { 'X-Text-Size': '0' } }],
    ['a large one without its size', { body: 'x'.repeat(100_000) }],
    ['a large one with a wrong size', { headers: { 'X-Text-Size': 'many' }, body: 'x'.repeat(100_000) }],
  ])('are left out, and change nothing, when the log cannot be read: %s', async (_, reply) => {
    server.current.on('GET', /progressiveText/, reply);
    const status = await failed();
    expect(status).toMatchObject({ state: 'finished', result: 'FAILURE', durationMs: 9 });
    expect(status).not.toHaveProperty('logTail');
  });
});

describe('the end of a text', () => {
  const tail = (text: string, fromStart = true, bytes = 1_000, lines = 40): string | undefined =>
    tailOf(Buffer.from(text), fromStart, { bytes, lines });

  test('has no colours, no hidden notes of Jenkins and no other control characters', () => {
    const note = '\u001b[8mha:////4AAAABc2RmZw==\u001b[0m';
    expect(tail(`${note}Started\n\u001b[31mred\u001b[0m\u0007\u001b]8;;http://x\u0007link\n\tin\n`)).toBe(
      'Started\nredlink\n\tin',
    );
  });

  test('begins with a whole line, unless there is only one', () => {
    expect(tail('rtial\nwhole\n', false)).toBe('whole');
    expect(tail('only one, without an end', false)).toBe('only one, without an end');
    expect(tail('first\nsecond\n')).toBe('first\nsecond');
  });

  test('is cut between characters', () => {
    const bytes = Buffer.from('ééé').subarray(1);
    expect(tailOf(bytes, false, { bytes: 100, lines: 5 })).toBe('éé');
  });

  test('has no more bytes and lines than allowed', () => {
    const text = Array.from({ length: 100 }, (_, i) => `line ${i}`).join('\n');
    expect(tail(text, true, 1_000, 3)).toBe('line 97\nline 98\nline 99');
    expect(tail(text, true, 1_000, 0)).toBeUndefined();
    expect(tail(text, true, 20)).toBe('line 98\nline 99');
  });

  test('is nothing when there is nothing to see', () => {
    expect(tail('')).toBeUndefined();
    expect(tail(' \n\n')).toBeUndefined();
  });
});
