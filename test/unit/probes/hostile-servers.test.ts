import dns from 'node:dns/promises';
import { EventEmitter } from 'node:events';
import net, { isIP, type Socket } from 'node:net';
import os from 'node:os';
import { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { createProber, type ProberOptions } from '../../../functions/probes/adapters/prober';
import type { LookResult } from '../../../functions/probes/contracts/result';
import { targetSchema, type TargetInput } from '../../../functions/probes/contracts/target';
import { systemClock } from '../../../functions/shared/runtime';
import { serveTcp, serveTls, type Running } from '../../support/servers/loopback';
import { certificate } from '../../../infra/lab/tls/certificates';
import { rsa16384 } from '../../support/tls/large-key';

// Servers that do what no honest one does. Each is a reason, in bounded time, and nothing that the process falls over.

const quick = { lookup: 500, connect: 500, tls: 400, firstByte: 400, total: 800 };

function look(
  target: Partial<TargetInput> & { url: string },
  options: Partial<ProberOptions> = {},
): Promise<LookResult> {
  const prober = createProber({ clock: systemClock, limits: quick, ...options });
  return prober.look(targetSchema.parse({ id: 'one', internal: true, ...target }));
}

async function against<Value>(server: Promise<Running>, use: (port: number) => Promise<Value>): Promise<Value> {
  const running = await server;
  try {
    return await use(running.port);
  } finally {
    await running.close();
  }
}

const ok = 'HTTP/1.1 200 OK\r\n';
/** Says something first, then the same for ever: every so many milliseconds, or as fast as it is taken. */
const forEver = (first: string, again: string, everyMs?: number) => (socket: Socket) =>
  void socket.once('data', () => {
    socket.write(first);
    if (everyMs === undefined) {
      const block = again.repeat(Math.ceil(16_384 / again.length));
      const pour = (): void => {
        if (socket.writable) socket.write(block, () => void setImmediate(pour));
      };
      pour();
    } else {
      const timer = setInterval(() => socket.write(again), everyMs);
      socket.once('close', () => clearInterval(timer));
    }
  });
const letterByLetter = (text: string) => (socket: Socket) =>
  void socket.once('data', () => {
    socket.setNoDelay(true);
    for (const one of text) socket.write(one);
    socket.end();
  });
const says = (text: string | Buffer) => (socket: Socket) => void socket.once('data', () => socket.end(text));

describe('HTTP', () => {
  test.each<[string, (socket: Socket) => void, string]>([
    ['drips headers that are all right', forEver(ok, 'a: b\r\n', 20), 'first_byte_timeout'],
    ['pours headers', forEver(ok, 'a: b\r\n'), 'http_protocol'],
    ['has one header of a megabyte', says(`${ok}a: ${'b'.repeat(1_000_000)}\r\n\r\n`), 'http_protocol'],
    ['drips chunks for ever', forEver(`${ok}transfer-encoding: chunked\r\n\r\n`, '1\r\na\r\n', 20), 'total_timeout'],
    [
      'pours chunks for ever',
      forEver(`${ok}transfer-encoding: chunked\r\n\r\n`, '400\r\n' + 'a'.repeat(1024) + '\r\n'),
      'body_too_large',
    ],
    ['has a chunk of an endless size', forEver(`${ok}transfer-encoding: chunked\r\n\r\n`, 'f'), 'http_protocol'],
    ['extends a chunk for ever', forEver(`${ok}transfer-encoding: chunked\r\n\r\n1;`, 'x'), 'http_protocol'],
    [
      'ends its body with headers for ever',
      forEver(`${ok}transfer-encoding: chunked\r\n\r\n0\r\n`, 'a: b\r\n'),
      'http_protocol',
    ],
    [
      'promises more than it says, and waits',
      (socket) => void socket.once('data', () => socket.write(`${ok}content-length: 9\r\n\r\nwell`)),
      'total_timeout',
    ],
    ['promises less than nothing', says(`${ok}content-length: -1\r\n\r\nwell`), 'http_protocol'],
    [
      'promises more than there are numbers',
      says(`${ok}content-length: 99999999999999999999999\r\n\r\nwell`),
      'http_protocol',
    ],
    [
      'has a length and chunks',
      says(`${ok}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n4\r\nwell\r\n0\r\n\r\n`),
      'http_protocol',
    ],
    ['goes on and on about going on', forEver('', 'HTTP/1.1 100 Continue\r\n\r\n'), 'first_byte_timeout'],
    [
      'hints for ever',
      forEver('', `HTTP/1.1 103 Early Hints\r\nlink: </${'a'.repeat(500)}>\r\n\r\n`, 10),
      'first_byte_timeout',
    ],
    [
      'says rubbish before its status',
      says(`\u0000\u0001rubbish\r\n${ok}content-length: 4\r\n\r\nwell`),
      'http_protocol',
    ],
    ['speaks HTTP/2 by the word', says('HTTP/2.0 200 OK\r\ncontent-length: 4\r\n\r\nwell'), 'http_protocol'],
    ['speaks RTSP', says('RTSP/1.0 200 OK\r\ncontent-length: 4\r\n\r\nwell'), 'http_protocol'],
    [
      'speaks RTSP, letter by letter',
      letterByLetter('RTSP/1.0 200 OK\r\ncontent-length: 4\r\n\r\nwell'),
      'http_protocol',
    ],
    ['switches protocols without saying to which', says('HTTP/1.1 101 Switching\r\n\r\nwell'), 'http_protocol'],
    [
      'has a header more than are read',
      says(`${ok}${'a: b\r\n'.repeat(1000)}content-length: 4\r\n\r\nwell`),
      'http_protocol',
    ],
    ['speaks HTTP/0.9', says('<html>well</html>'), 'http_protocol'],
    ['has a status of no digits', says('HTTP/1.1 OK\r\n\r\n'), 'http_protocol'],
    ['has a status of one digit', says('HTTP/1.1 2 OK\r\n\r\n'), 'http_protocol'],
    ['has a header without a name', says(`${ok}: b\r\n\r\n`), 'http_protocol'],
    ['folds headers with bare line feeds and zeros', says(`${ok}a\u0000b: c\r\n\r\n`), 'http_protocol'],
    ['cuts the connection in its head', says('HTTP/1.1 200 O'), 'conn_reset'],
    [
      'resets in the middle of its body',
      (socket) =>
        void socket.once('data', () => {
          socket.write(`${ok}content-length: 1000\r\n\r\nhalf`);
          setTimeout(() => socket.resetAndDestroy(), 20);
        }),
      'conn_reset',
    ],
    [
      'resets a body that ends with the connection',
      (socket) =>
        void socket.once('data', () => {
          socket.write(`${ok}\r\nwell, and`);
          setTimeout(() => socket.resetAndDestroy(), 20);
        }),
      'conn_reset',
    ],
    ['hangs up before it was asked', (socket) => void socket.end(), 'conn_reset'],
    [
      'answers before it was asked, and something else',
      (socket) => void socket.end('220 mail.example.com ESMTP\r\n'),
      'http_protocol',
    ],
    ['takes the question and half closes', (socket) => void socket.once('data', () => socket.end()), 'conn_reset'],
    [
      'compresses although that was not requested',
      says(
        Buffer.concat([Buffer.from(`${ok}content-encoding: gzip\r\n\r\n`), gzipSync(Buffer.alloc(20_000_000, 'well'))]),
      ),
      'body_mismatch',
    ],
  ])('a server that %s', async (_, behave, reason) => {
    const result = await against(serveTcp(behave), (port) =>
      look({ url: `http://127.0.0.1:${port}/`, assert: { bodyContains: 'well' } }),
    );
    expect(result).toMatchObject({ up: false, reason });
    expect(result.detail).toMatch(/\S/);
  });

  test('JSON after a byte order mark is read', async () => {
    const result = await against(serveTcp(says(`${ok}\r\n\uFEFF{"a":1}`)), (port) =>
      look({ url: `http://127.0.0.1:${port}/`, assert: { json: [{ path: 'a', equals: 1 }] } }),
    );
    expect(result).toMatchObject({ up: true });
  });

  test.each<[string, (socket: Socket) => void]>([
    ['says more than it has promised', says(`${ok}content-length: 4\r\n\r\nwell, and more\r\nHTTP/1.1 500 No\r\n\r\n`)],
    [
      'says that it goes on, once',
      says(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n${ok}content-length: 4\r\n\r\nwell`),
    ],
    ['speaks HTTP/1.0, and ends by hanging up', says('HTTP/1.0 200 OK\r\n\r\nall is well')],
    ['has no words for its status', says('HTTP/1.1 200\r\ncontent-length: 4\r\n\r\nwell')],
    ['sends its answer byte by byte', letterByLetter(`${ok}content-length: 4\r\n\r\nwell`)],
    ['has as many headers as are read', says(`${ok}${'a: b\r\n'.repeat(999)}content-length: 4\r\n\r\nwell`)],
    [
      'resets after all that it has promised',
      (socket) =>
        void socket.once('data', () => {
          socket.write(`${ok}content-length: 4\r\n\r\nwell`, () => socket.resetAndDestroy());
        }),
    ],
  ])('a server that %s is up', async (_, behave) => {
    expect(
      await against(serveTcp(behave), (port) =>
        look({ url: `http://127.0.0.1:${port}/`, assert: { bodyContains: 'well' } }),
      ),
    ).toMatchObject({ up: true });
  });
});

test('a header that comes twice, and one in UTF-8, are found as they were sent', async () => {
  const answer = says(`${ok}etag: one\r\nx-place: Zürich\r\netag: two\r\ncontent-length: 0\r\n\r\n`);
  const headers = { ETag: '^one, two$', 'X-Place': '^Zürich$' };
  expect(
    await against(serveTcp(answer), (port) => look({ url: `http://127.0.0.1:${port}/`, assert: { headers } })),
  ).toMatchObject({ up: true });
});

test('a redirect in UTF-8 is followed to where it leads; of two the first', async () => {
  const asked: string[] = [];
  const server = serveTcp(
    (socket) =>
      void socket.once('data', (request) => {
        const [, path = ''] = String(request).split(' ');
        asked.push(path);
        const where = 'location: /zürich\r\nlocation: /elsewhere\r\n';
        socket.end(
          path === '/' ? `HTTP/1.1 302 Found\r\n${where}content-length: 0\r\n\r\n` : `${ok}content-length: 0\r\n\r\n`,
        );
      }),
  );
  expect(await against(server, (port) => look({ url: `http://127.0.0.1:${port}/` }))).toMatchObject({ up: true });
  expect(asked).toEqual(['/', '/z%C3%BCrich']);
});

test('the first byte is the first of the head, and not its last', async () => {
  const server = serveTcp(
    (socket) =>
      void socket.once('data', () => {
        socket.write(ok);
        setTimeout(() => socket.end('content-length: 0\r\n\r\n'), 200);
      }),
  );
  const { phases } = await against(server, (port) => look({ url: `http://127.0.0.1:${port}/` }));
  expect(phases.transfer).toBeGreaterThan(phases.firstByte!);
});

describe('TLS', () => {
  const ca = certificate({ name: 'Authority', isAuthority: true });
  const good = certificate({ name: 'localhost', names: ['localhost', '127.0.0.1'], by: ca });
  const alert = (code: number) => says(Buffer.from([0x15, 3, 3, 0, 2, 2, code]));

  test.each<[string, (socket: Socket) => void]>([
    ['alerts of a handshake that fails', alert(40)],
    ['alerts of a name that it does not know', alert(112)],
    ['alerts of an error of its own', alert(80)],
    ['speaks HTTP', says(`${ok}\r\n`)],
    ['sends a record of the wrong length', says(Buffer.from([0x16, 3, 3, 0xff, 0xff, 1]))],
    ['hangs up after the first words', says('')],
    ['never answers', () => undefined],
  ])('a server that %s', async (_, behave) => {
    const result = await against(serveTcp(behave), (port) =>
      look({ url: `https://127.0.0.1:${port}/` }, { ca: ca.cert }),
    );
    expect(result).toMatchObject({ up: false, reason: 'tls_handshake' });
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'a server that wants a certificate of its client, by %s',
    async (maxVersion) => {
      const server = serveTls(
        { ...good, maxVersion, requestCert: true, rejectUnauthorized: true, ca: ca.cert },
        says(`${ok}\r\n`),
      );
      const result = await against(server, (port) => look({ url: `https://localhost:${port}/` }, { ca: ca.cert }));
      // By TLS 1.3 it says so only after the handshake.
      expect(result).toMatchObject({ up: false, reason: 'tls_handshake' });
    },
  );

  const answers = (socket: Socket) => void socket.once('data', () => socket.end(`${ok}content-length: 2\r\n\r\nok`));

  test.each<[string, Parameters<typeof certificate>[0], string, RegExp]>([
    [
      'has no names but a common one',
      { name: '127.0.0.1', by: ca },
      '127.0.0.1',
      /no subject alternative names, only CN=127/,
    ],
    [
      'is for what is below',
      { name: 'x', names: ['*.localhost'], by: ca },
      'localhost',
      /not for localhost, but for \*\.localhost$/,
    ],
    [
      'is for many others',
      { name: 'x', names: ['a.test', '192.0.2.1', 'b.test', 'c.test', 'd.test', 'e.test', 'f.test'], by: ca },
      'localhost',
      /but for a\.test, 192\.0\.2\.1, b\.test, c\.test, d\.test and 2 more$/,
    ],
  ])('a certificate that %s says for whom it is', async (_, wanted, host, words) => {
    const result = await against(serveTls(certificate(wanted), answers), (port) =>
      look({ url: `https://${host}:${port}/`, family: 4 }, { ca: ca.cert }),
    );
    expect(result).toMatchObject({ up: false, reason: 'tls_hostname', detail: expect.stringMatching(words) as string });
  });

  test('an address among the names of a certificate is good for it', async () => {
    const server = serveTls(certificate({ name: 'x', names: ['127.0.0.1'], by: ca }), answers);
    const result = await against(server, (port) => look({ url: `https://127.0.0.1:${port}/` }, { ca: ca.cert }));
    expect(result).toMatchObject({ up: true, certificate: { authorized: true } });
  });

  test('a server of HTTP/2 alone is named as that', async () => {
    const result = await against(serveTls({ ...good, ALPNProtocols: ['h2'] }, answers), (port) =>
      look({ url: `https://localhost:${port}/`, family: 4 }, { ca: ca.cert }),
    );
    expect(result).toMatchObject({ up: false, reason: 'http_protocol', detail: 'the server does not speak HTTP/1.1' });
  });

  test('a server that negotiates for ever is ended in its time', async () => {
    const server = serveTls({ ...good, maxVersion: 'TLSv1.2' }, (socket) => {
      const again = () => {
        if (socket instanceof TLSSocket) socket.renegotiate({}, again);
      };
      socket.once('data', again);
    });
    const result = await against(server, (port) =>
      look({ url: `https://localhost:${port}/`, family: 4 }, { ca: ca.cert }),
    );
    expect(result).toMatchObject({
      up: false,
      reason: expect.stringMatching(/first_byte_timeout|tls_handshake|conn_reset/) as string,
    });
  });

  test('a key of 16,384 bits is looked at like any other', async () => {
    const large = certificate({ name: 'localhost', names: ['localhost'], by: ca, keys: rsa16384() });
    const limits = { ...quick, tls: 20_000, firstByte: 5_000, total: 30_000 };
    const result = await against(serveTls(large, says(`${ok}content-length: 2\r\n\r\nok`)), (port) =>
      look({ url: `https://localhost:${port}/` }, { ca: ca.cert, limits }),
    );
    expect(result).toMatchObject({ up: true, certificate: { authorized: true } });
  });
});

describe('a process that stands still', () => {
  const standStill = (ms: number) => {
    for (const until = performance.now() + ms; performance.now() < until;);
  };
  const answers =
    (afterMs: number, before: () => void = () => undefined) =>
    (socket: Socket) =>
      void socket.once('data', () =>
        setTimeout(() => {
          socket.end(`${ok}content-length: 4\r\n\r\nwell`);
          before();
        }, afterMs),
      );

  test.each<[string, (port: number) => Promise<LookResult>, (socket: Socket) => void]>([
    [
      'when a look has just begun',
      (port) => {
        const looked = look({ url: `http://127.0.0.1:${port}/` });
        standStill(80);
        return looked;
      },
      answers(0),
    ],
    [
      'just before the look is over',
      (port) => look({ url: `http://127.0.0.1:${port}/` }),
      answers(30, () => standStill(80)),
    ],
  ])('%s says that its times are not to be trusted', async (_, begin, behave) => {
    expect(await against(serveTcp(behave), begin)).toMatchObject({ up: true, trusted: false });
  });
});

describe('names and addresses', () => {
  const answering = (...answers: readonly string[][]) => {
    const left = [...answers];
    return jest
      .spyOn(dns, 'lookup')
      .mockImplementation((async () =>
        (left.shift() ?? []).map((address) => ({ address, family: isIP(address) }))) as never);
  };
  afterEach(() => jest.restoreAllMocks());

  test('what is connected to is the address that was checked: no second answer is asked for', async () => {
    const lookups = answering(['127.0.0.1'], ['169.254.169.254']);
    const server = serveTcp(says(`${ok}content-length: 4\r\n\r\nwell`));
    expect(await against(server, (port) => look({ url: `http://rebinds.example:${port}/` }))).toMatchObject({
      up: true,
      address: '127.0.0.1',
    });
    expect(lookups).toHaveBeenCalledTimes(1);
  });

  test('after a redirect to the same name its new answer is checked', async () => {
    answering(['127.0.0.1'], ['169.254.169.254']);
    const server = serveTcp(says('HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n'));
    expect(await against(server, (port) => look({ url: `http://rebinds.example:${port}/` }))).toMatchObject({
      up: false,
      reason: 'config_error',
      detail: expect.stringContaining('169.254.169.254 is link-local') as string,
    });
  });

  test('a name that leads outside and inside is not looked at', async () => {
    answering(['93.184.215.14', '10.0.0.7']);
    expect(await look({ url: 'http://both.example/', internal: false })).toMatchObject({ reason: 'config_error' });
  });

  test('a look-up that finds no thread for itself is no word about its name', async () => {
    const ends: (() => void)[] = [];
    const spy = jest
      .spyOn(dns, 'lookup')
      .mockImplementation((() => new Promise((resolve) => ends.push(() => resolve([] as never)))) as never);
    const names = Array.from({ length: 70 }, (_, n) => `http://slow-${n}.example/`);
    const results = await Promise.all(names.map((url) => look({ url, internal: false })));
    const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
    expect(results.slice(0, threads).every(({ reason }) => reason === 'dns_timeout')).toBe(true);
    expect(results.slice(threads).every(({ reason }) => reason === 'probe_overload')).toBe(true);
    for (const end of ends) end();
    await new Promise(setImmediate);
    spy.mockImplementation((() => new Promise(() => undefined)) as never);
    expect(await look({ url: names[0]!, internal: false })).toMatchObject({ reason: 'dns_timeout' });
  });

  test('of two families one is tried, and where it is dead the other is named', async () => {
    answering(['127.0.0.1', 'fd00::7']);
    const { port, close } = await serveTcp(() => undefined);
    await close();
    expect(await look({ url: `http://two.example:${port}/` })).toMatchObject({
      up: false,
      reason: 'conn_refused',
      address: '127.0.0.1',
      detail: expect.stringContaining('the name also has fd00::7, which is not tried') as string,
    });
  });

  test('a machine without IPv6 says so, and it is no vote about the target', async () => {
    answering(['fd00::7']);
    jest.spyOn(os, 'networkInterfaces').mockReturnValue({});
    const socket = new EventEmitter();
    jest.spyOn(net, 'connect').mockReturnValue(Object.assign(socket, { destroy: () => socket }) as never);
    const looked = look({ url: 'http://six.example/', family: 6 });
    await new Promise(setImmediate);
    socket.emit('error', Object.assign(new Error('connect ENETUNREACH fd00::7:80'), { code: 'ENETUNREACH' }));
    expect(await looked).toMatchObject({ up: false, reason: 'config_error' });
  });

  test.each([
    'http://0251.0376.0251.0376/',
    'http://0xa9.0xfe.0xa9.0xfe/',
    'http://0xa9fea9fe/',
    'http://169.254.43518/',
    'http://169.254.169.254./',
    '//169.254.169.254/latest',
    '\\\\169.254.169.254\\latest',
    'http://user:word@169.254.169.254/',
    'http://example.com@169.254.169.254/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[::169.254.169.254]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[64:ff9b:1::a9fe:a9fe]/',
    'http://[64:ff9b:1::808:808]/',
    'http://[fd00:ec2::254]/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://[2001:0:a9fe:a9fe::1]/',
    'http://[fe80::a9fe:a9fe]/',
    'http://[::]/',
    'http://0/',
  ])('a redirect to %s ends there, also for an internal target', async (location) => {
    const server = serveTcp(says(`HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`));
    expect(await against(server, (port) => look({ url: `http://127.0.0.1:${port}/` }))).toMatchObject({
      up: false,
      reason: 'config_error',
      redirects: 1,
      detail: expect.stringMatching(/^redirected to http:.*: .* is not checked/) as string,
    });
  });
});
