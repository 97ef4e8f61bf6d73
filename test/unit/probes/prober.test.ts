import { createSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { createProber, type ProberOptions } from '../../../functions/probes/adapters/prober';
import type { LookResult } from '../../../functions/probes/contracts/result';
import { targetSchema, type TargetInput } from '../../../functions/probes/contracts/target';
import { systemClock } from '../../../functions/shared/runtime';
import { serveHttp, serveTcp, serveTls, type Running } from '../../support/servers/loopback';
import { certificate } from '../../../infra/lab/tls/certificates';

// Servers that really misbehave, and what a look at each of them says.

const quick = { lookup: 500, connect: 500, tls: 400, firstByte: 400, total: 1_000 };

function look(
  target: Partial<TargetInput> & { url: string },
  options: Partial<ProberOptions> = {},
): Promise<LookResult> {
  const prober = createProber({ clock: systemClock, limits: quick, ...options });
  return prober.look(targetSchema.parse({ id: 'one', internal: true, ...target }));
}

async function against(server: Promise<Running>, use: (port: number) => Promise<void>): Promise<void> {
  const running = await server;
  try {
    await use(running.port);
  } finally {
    await running.close();
  }
}

const says = (text: string | Buffer) => serveTcp((socket: Socket) => socket.once('data', () => socket.end(text)));
const web = (port: number, path = '/') => `http://127.0.0.1:${port}${path}`;

describe('HTTP', () => {
  test('a good answer is up, with its phases', () =>
    against(
      serveHttp((_, response) => response.end('all is well')),
      async (port) => {
        const result = await look({ url: web(port), assert: { bodyContains: 'well', status: [200] } });
        expect(result).toMatchObject({ up: true, status: 200, bytes: 11, address: '127.0.0.1', attempts: 1 });
        for (const phase of ['lookup', 'connect', 'firstByte', 'transfer'] as const)
          expect(result.phases[phase]).toBeGreaterThanOrEqual(0);
        expect(result.phases.tls).toBeUndefined();
        const sum = Object.values(result.phases).reduce<number>((whole, one) => whole + (one ?? 0), 0);
        expect(sum).toBeLessThanOrEqual(result.totalMicros);
      },
    ));

  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'http_protocol'],
    ['HTTP/0.9', '<html>hello</html>', 'http_protocol'],
    ['a preface of HTTP/2', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 'http_protocol'],
    ['a header without an end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}`, 'http_protocol'],
    ['100,000 headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(100_000)}\r\n`, 'http_protocol'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello', 'http_protocol'],
    ['a chunk that is none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 'http_protocol'],
    ['less than it promises', 'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nhello', 'conn_reset'],
    ['nothing', '', 'conn_reset'],
    ['another status', 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n', 'http_status'],
    ['a status of three nines', 'HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n', 'http_status'],
    ['the wrong words', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nsorry', 'body_mismatch'],
    [
      'another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      'http_protocol',
    ],
  ] as const)('a server that says %s', (_, text, reason) =>
    against(says(text), async (port) => {
      expect(await look({ url: web(port), assert: { bodyContains: 'well' } })).toMatchObject({ up: false, reason });
    }),
  );

  test.each([
    ['never answers', (socket: Socket): void => void socket.on('data', () => undefined), 'first_byte_timeout'],
    ['hangs up at once', (socket: Socket): void => void socket.destroy(), 'conn_reset'],
    ['resets', (socket: Socket): void => void socket.once('data', () => socket.resetAndDestroy()), 'conn_reset'],
    [
      'drips for ever',
      (socket: Socket): void => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        const timer = setInterval(() => socket.write('.'), 20);
        socket.on('close', () => clearInterval(timer));
      },
      'total_timeout',
    ],
    [
      'drips its head',
      (socket: Socket): void => {
        const timer = setInterval(() => socket.write('H'), 50);
        socket.on('close', () => clearInterval(timer));
      },
      'http_protocol',
    ],
    [
      'never ends',
      (socket: Socket): void => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        const pour = (): void => {
          if (socket.writable) socket.write(Buffer.alloc(65_536), () => void setImmediate(pour));
        };
        pour();
      },
      'body_too_large',
    ],
  ] as const)('a server that %s', (_, behave, reason) =>
    against(serveTcp(behave), async (port) => {
      const begun = performance.now();
      expect(await look({ url: web(port) })).toMatchObject({ up: false, reason });
      // Its limit, and a machine that is busy.
      expect(performance.now() - begun).toBeLessThan(20_000);
    }),
  );

  test('no server there', async () => {
    const { port, close } = await serveTcp(() => undefined);
    await close();
    expect(await look({ url: web(port) })).toMatchObject({ up: false, reason: 'conn_refused', address: '127.0.0.1' });
    expect(await look({ url: `tcp://127.0.0.1:${port}` })).toMatchObject({ reason: 'conn_refused' });
  });

  test('a header that has to be there, and one that has to match', () =>
    against(
      serveHttp((_, response) => response.setHeader('X-Version', '4.2').end('{"checks":[{"ok":true,"lag":3}]}')),
      async (port) => {
        const headers = { 'x-version': '^4\\.' };
        const json = [
          { path: 'checks.0.ok', equals: true },
          { path: 'checks.0.lag', atMost: 5 },
        ];
        expect(await look({ url: web(port), assert: { headers, json } })).toMatchObject({ up: true });
        expect(await look({ url: web(port), assert: { headers: { 'x-version': '^5' } } })).toMatchObject({
          reason: 'body_mismatch',
        });
        expect(await look({ url: web(port), assert: { headers: { 'x-gone': '.' } } })).toMatchObject({
          reason: 'body_mismatch',
        });
        const wrong = [{ path: 'checks.0.lag', atLeast: 4 }];
        expect(await look({ url: web(port), assert: { json: wrong } })).toMatchObject({
          detail: 'checks.0.lag is 3, expected at least 4',
        });
        expect(await look({ url: web(port), assert: { json: [{ path: '__proto__.x' }] } })).toMatchObject({
          up: false,
        });
      },
    ));

  test('slower than it should be is up all the same', () =>
    against(
      serveHttp((_, response) => setTimeout(() => response.end('ok'), 60)),
      async (port) => {
        expect(await look({ url: web(port), assert: { maxLatencyMs: 5 } })).toMatchObject({ up: true, slow: true });
      },
    ));
});

describe('redirects', () => {
  const redirecting = (to: (port: number, path: string) => string) => {
    let port = 0;
    const server = serveHttp((request, response) => {
      const location = to(port, request.url ?? '/');
      if (location === '') response.end('there');
      else response.writeHead(302, { location }).end();
    });
    return server.then((running) => {
      ({ port } = running);
      return running;
    });
  };

  test('are followed, and counted', () =>
    against(
      redirecting((_, path) => (path === '/end' ? '' : '/end')),
      async (port) => {
        expect(await look({ url: web(port) })).toMatchObject({ up: true, redirects: 1 });
        expect(await look({ url: web(port), redirects: 'refuse' })).toMatchObject({
          up: false,
          reason: 'http_status',
          status: 302,
        });
      },
    ));

  test.each([
    ['in a circle', () => '/', 'redirect_loop'],
    ['without an end', (_: number, path: string) => `${path}a`, 'redirect_loop'],
    ['to the metadata of the cloud', () => 'http://169.254.169.254/latest/meta-data/', 'config_error'],
    ['to it in other clothes', () => 'http://[::ffff:169.254.169.254]/', 'config_error'],
    ['to it as a number', () => 'http://2852039166/', 'config_error'],
    ['to a file', () => 'file:///etc/passwd', 'http_protocol'],
    ['to no address', () => 'http://', 'http_protocol'],
  ] as const)('%s', (_, to, reason) =>
    against(redirecting(to), async (port) => {
      expect(await look({ url: web(port) })).toMatchObject({ up: false, reason });
    }),
  );
});

test.each([
  'http://127.0.0.1/',
  'http://localhost/',
  'http://[::1]/',
  'http://10.1.2.3/',
  'http://192.168.0.1/',
  'http://172.16.0.1/',
  'http://100.64.0.1/',
  'http://0.0.0.0/',
  'http://127.1/',
  'http://0x7f.1/',
  'http://[::ffff:127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[fd00:ec2::254]/',
  'http://169.254.169.254/',
  'http://[fe80::1]/',
  'tcp://127.0.0.1:22',
  'dns://127.0.0.1/example.com',
])('%s is not looked at unless it is marked as internal', async (url) => {
  expect(await look({ url, internal: false })).toMatchObject({ up: false, reason: 'config_error' });
});

test.each([
  'http://169.254.169.254/',
  'http://[fe80::1]/',
  'http://[fd00:ec2::254]/',
  'http://[64:ff9b:1::808:808]/',
  'http://0.0.0.0/',
  'http://224.0.0.1/',
])('%s is never looked at', async (url) => {
  expect(await look({ url })).toMatchObject({ up: false, reason: 'config_error' });
});

describe('TLS', () => {
  const day = 86_400_000;
  const soon = (days: number) => new Date(Date.now() + days * day + 3_600_000);
  const authority = certificate({ name: 'Test authority', isAuthority: true });
  const other = certificate({ name: 'Other authority', isAuthority: true });
  const names = ['localhost', '127.0.0.1'];
  const good = certificate({ name: 'localhost', names, by: authority });
  const answer = (socket: Socket) =>
    void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  const ca = authority.cert;

  test('a good certificate is up', () =>
    against(serveTls(good, answer), async (port) => {
      const result = await look({ url: `https://localhost:${port}/` }, { ca });
      expect(result).toMatchObject({ up: true, tls: 'TLSv1.3', certificate: { authorized: true, daysLeft: 89 } });
      expect(result.certificate?.spki).toMatch(/^[0-9a-f]{64}$/);
      expect(await look({ url: `tls://127.0.0.1:${port}` }, { ca })).toMatchObject({ up: true });
    }));

  test.each([
    [
      'that has expired',
      certificate({ name: 'localhost', names, by: authority, until: new Date(Date.now() - day) }),
      'tls_expired',
    ],
    [
      'that is not valid yet',
      certificate({ name: 'localhost', names, by: authority, from: soon(1), until: soon(9) }),
      'tls_expired',
    ],
    [
      'of another name',
      certificate({ name: 'elsewhere', names: ['elsewhere.example'], by: authority }),
      'tls_hostname',
    ],
    ['without a name', certificate({ by: authority }), 'tls_hostname'],
    ['that signs itself', certificate({ name: 'localhost', names }), 'tls_untrusted'],
    ['of an unknown authority', certificate({ name: 'localhost', names, by: other }), 'tls_untrusted'],
  ] as const)('a certificate %s', (_, issued, reason) =>
    against(serveTls(issued, answer), async (port) => {
      const result = await look({ url: `https://localhost:${port}/` }, { ca });
      expect(result).toMatchObject({ up: false, reason, certificate: { authorized: false } });
      expect(result.status).toBeUndefined();
    }),
  );

  test('an authority that has expired is told from a certificate that has', async () => {
    const old = certificate({ name: 'Old', isAuthority: true, from: soon(-20), until: soon(-2) });
    const issued = certificate({ name: 'localhost', names, by: old });
    await against(serveTls({ cert: issued.cert + old.cert, key: issued.key }, answer), async (port) => {
      expect(await look({ url: `https://localhost:${port}/` }, { ca: old.cert })).toMatchObject({
        up: false,
        reason: 'tls_expired',
        detail: expect.stringContaining('an authority above it') as string,
      });
    });
  });

  test('one that ends soon is up, and says how soon', () =>
    against(
      serveTls(certificate({ name: 'localhost', names, by: authority, until: soon(5) }), answer),
      async (port) => {
        expect(await look({ url: `https://localhost:${port}/` }, { ca })).toMatchObject({
          up: true,
          certificate: { daysLeft: 5 },
        });
      },
    ));

  test('a server of an older protocol, or of none', async () => {
    await against(serveTls({ ...good, maxVersion: 'TLSv1.2' }, answer), async (port) => {
      expect(await look({ url: `https://localhost:${port}/`, assert: { minTls: 'TLSv1.3' } }, { ca })).toMatchObject({
        up: false,
        reason: 'tls_handshake',
      });
      expect(await look({ url: `https://localhost:${port}/` }, { ca })).toMatchObject({ up: true, tls: 'TLSv1.2' });
    });
    await against(says('HTTP/1.1 200 OK\r\n\r\n'), async (port) => {
      expect(await look({ url: `https://localhost:${port}/` }, { ca })).toMatchObject({
        up: false,
        reason: 'tls_handshake',
      });
    });
    await against(
      serveTcp(() => undefined),
      async (port) => {
        expect(await look({ url: `https://localhost:${port}/` }, { ca })).toMatchObject({
          up: false,
          reason: 'tls_handshake',
        });
      },
    );
    await against(serveTls({ ...good, ALPNProtocols: ['h2'] }, answer), async (port) => {
      expect(await look({ url: `https://localhost:${port}/` }, { ca })).toMatchObject({
        up: false,
        reason: 'http_protocol',
      });
    });
  });
});

describe('DNS', () => {
  /** A name server that answers every question with this code and these addresses. */
  async function nameServer(code: number | undefined, addresses: readonly string[] = []): Promise<Running> {
    const socket = createSocket('udp4');
    socket.on('message', (query, from) => {
      if (code === undefined) return;
      const question = query.subarray(12, query.indexOf(0, 12) + 5);
      const header = Buffer.from(query.subarray(0, 12));
      header.writeUInt16BE(0x8180 | code, 2);
      header.writeUInt16BE(addresses.length, 6);
      header.writeUInt32BE(0, 8);
      const answers = addresses.map((address) =>
        Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]),
      );
      socket.send(Buffer.concat([header, question, ...answers]), from.port, from.address);
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return { port: socket.address().port, close: () => new Promise((resolve) => socket.close(() => resolve())) };
  }
  const ask = (port: number, more: Partial<TargetInput> = {}) =>
    look({ url: `dns://127.0.0.1:${port}/example.com?type=A`, ...more });

  test('an answer is up, and can be asserted', () =>
    against(nameServer(0, ['192.0.2.7']), async (port) => {
      expect(await ask(port)).toMatchObject({ up: true });
      expect(await ask(port, { assert: { bodyContains: '192.0.2.7' } })).toMatchObject({ up: true });
      expect(await ask(port, { assert: { bodyContains: '192.0.2.8' } })).toMatchObject({ reason: 'body_mismatch' });
    }));

  test.each([
    ['knows no such name', 3, 'dns_nxdomain'],
    ['has failed', 2, 'dns_servfail'],
    ['refuses', 5, 'dns_servfail'],
    ['does not answer', undefined, 'dns_timeout'],
  ] as const)('a name server that %s', (_, code, reason) =>
    against(nameServer(code), async (port) => {
      expect(await ask(port)).toMatchObject({ up: false, reason });
    }),
  );

  test('a name that leads only to itself is none', async () => {
    const socket = createSocket('udp4');
    socket.on('message', (query, from) => {
      const header = Buffer.from([...query.subarray(0, 2), 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
      const question = query.subarray(12, query.indexOf(0, 12) + 5);
      const toItself = Buffer.from([0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 12]);
      socket.send(Buffer.concat([header, question, toItself]), from.port, from.address);
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    expect(await ask(socket.address().port)).toMatchObject({ up: false, reason: 'dns_nxdomain' });
    socket.close();
  });

  test('a name that there is not', async () => {
    expect(
      await look({ url: 'http://no-such-name.invalid/' }, { limits: { ...quick, lookup: 5_000, total: 6_000 } }),
    ).toMatchObject({
      up: false,
      reason: expect.stringMatching(/^dns_(nxdomain|servfail|timeout)$/) as string,
    });
  });
});
