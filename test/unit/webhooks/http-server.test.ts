import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { createHttpServer } from '../../../infra/lab/systems/webhooks/http-server';
import { ingress } from '../../support/webhooks/ingress';

// The application under node:http, asked byte by byte as no client of ours would do it.

const secret = 'a secret';
const body = JSON.stringify({ id: 'evt_1', note: 'ä' });
const signature = createHmac('sha256', secret).update(body).digest('hex');
const length = Buffer.byteLength(body);
const route = {
  ...{ name: 'shop', path: '/hooks/shop/:tenant', secret: 'shop', table: 'shop' },
  scheme: { kind: 'hmac', header: 'x-signature' },
  bodyLimitBytes: 1000,
} as const;
const head = (...lines: string[]) => ['POST /hooks/shop/a HTTP/1.1', 'host: h', ...lines, '', ''].join('\r\n');
const good = head(`x-signature: ${signature}`, `content-length: ${length}`) + body;

async function served(
  talk: (socket: Socket, world: ReturnType<typeof ingress>['world']) => Promise<void> | void,
  [offered, key]: readonly [Parameters<typeof ingress>[0][number], string] = [route, secret],
) {
  const { world, app } = ingress([offered], { shop: [key] });
  const server = createHttpServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let said = '';
  socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  await talk(socket, world);
  await closed;
  server.close();
  await once(server, 'close');
  const statuses = [...said.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
  return { world, said, statuses };
}

const closing = (request: string) => request.replace('host: h', 'host: h\r\nconnection: close');

test('the answer is one piece with its length, and says no more than that', async () => {
  const { said, world } = await served((socket) => void socket.write(closing(good)));
  expect(said).toMatch(/^HTTP\/1\.1 202 Accepted\r\ncontent-type: text\/plain; charset=UTF-8\r\n/);
  expect(said).toMatch(/\r\ncontent-length: 9\r\n(?:.+\r\n)*\r\naccepted\n$/);
  expect(world.sent.map((one) => (JSON.parse(one) as { tenant: string; body: unknown }).body)).toEqual([
    { in: 'text', text: body },
  ]);
});

test('requests that come together are answered in their order, on one connection', async () => {
  const wrong = good.replace(signature, '0'.repeat(64));
  const { statuses } = await served((socket) => void socket.write(good + wrong + closing(good)));
  expect(statuses).toEqual([202, 401, 202]);
});

test('a body in chunks, in pieces of any size', async () => {
  const bytes = Buffer.from(body, 'utf8');
  const { statuses, world } = await served(async (socket) => {
    socket.write(closing(head(`x-signature: ${signature}`, 'transfer-encoding: chunked')));
    for (const byte of bytes)
      socket.write(Buffer.concat([Buffer.from('1\r\n'), Buffer.from([byte]), Buffer.from('\r\n')]));
    socket.write('0\r\n\r\n');
  });
  expect(statuses).toEqual([202]);
  expect(world.sent).toHaveLength(1);
});

test('a sender that asks first is told to continue; one of HTTP/1.0 gets its answer and the end', async () => {
  const asking = await served(async (socket) => {
    socket.write(closing(head(`x-signature: ${signature}`, `content-length: ${length}`, 'expect: 100-continue')));
    await once(socket, 'data');
    socket.write(body);
  });
  expect(asking.statuses).toEqual([100, 202]);
  const old = await served((socket) => void socket.write(good.replace('HTTP/1.1', 'HTTP/1.0')));
  expect(old.statuses).toEqual([202]);
});

test('a header that comes twice counts as both of its values: neither the first nor the last is believed alone', async () => {
  for (const [first, second] of [
    [signature, '0'],
    ['0', signature],
  ]) {
    const both = head(`x-signature: ${first}`, `X-Signature: ${second}`, `content-length: ${length}`) + body;
    expect((await served((socket) => void socket.write(closing(both)))).statuses).toEqual([401]);
  }
});

test('a body over the limit is refused unread, announced or not, and nothing after it is taken for a request', async () => {
  const announced = await served((socket) => {
    socket.write(head('content-length: 1000000') + good);
  });
  expect(announced.statuses).toEqual([413]);
  expect(announced.world.secretReads).toEqual([]);
  const chunk = `400\r\n${'a'.repeat(1024)}\r\n`;
  const chunked = await served((socket) => {
    socket.write(head('transfer-encoding: chunked') + chunk + chunk);
  });
  expect(chunked.statuses).toEqual([413]);
  expect(chunked.world.counts).toEqual([{ name: 'Refused', value: 1, dimensions: { Route: 'shop', Reason: 'body' } }]);
});

test.each([5_000_000, 9_000_000])(
  'a sender that reads no answer before it has sent all gets to read that its %d bytes are too large',
  async (bytes) => {
    const { statuses } = await served(async (socket) => {
      // As clients do that write a request whole: a connection that is reset meanwhile loses the answer with it.
      socket.pause();
      socket.write(head(`content-length: ${bytes}`));
      for (let sent = 0; sent < bytes && !socket.destroyed; sent += 100_000)
        if (!socket.write(Buffer.alloc(100_000))) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
      socket.resume();
    });
    expect(statuses).toEqual([413]);
  },
);

test('a sender that breaks off is a refusal, and no failure of ours', async () => {
  const { world } = await served(async (socket, { counts }) => {
    socket.write(head(`x-signature: ${signature}`, `content-length: ${length}`) + body.slice(0, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    while (counts.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
  expect(world.counts).toEqual([{ name: 'Refused', value: 1, dimensions: { Route: 'shop', Reason: 'broken-off' } }]);
  expect(world.sent).toEqual([]);
});

test('other methods, other paths and a path that is a whole address', async () => {
  const get = closing('GET /hooks/shop/a HTTP/1.1\r\nhost: h\r\n\r\n');
  const heading = closing('HEAD /hooks/shop/a HTTP/1.1\r\nhost: h\r\n\r\n');
  for (const request of [get, heading]) {
    const { said, statuses } = await served((socket) => void socket.write(request));
    expect(statuses).toEqual([405]);
    expect(said).toContain('allow: POST');
  }
  for (const path of [
    '/hooks/shop',
    '/hooks/shop/a/b',
    '/../hooks/shop/a',
    '/hooks/shop/%00',
    '/hooks/shop/%EF%BF%BE',
    '*',
    '/%',
    '//x',
  ]) {
    const { statuses } = await served((socket) => void socket.write(closing(good.replace('/hooks/shop/a', path))));
    expect({ path, statuses }).toEqual({ path, statuses: [404] });
  }
  const whole = good.replace('/hooks/shop/a', 'http://elsewhere/hooks/shop/a?x=1');
  expect((await served((socket) => void socket.write(closing(whole)))).statuses).toEqual([202]);
});

describe('headers in other characters than ASCII', () => {
  const ids = ['café', 'cafe\u0301', '注文-1', '🎉'];
  const named = {
    ...route,
    scheme: { kind: 'hmac', header: 'x-signature', idHeader: 'x-id', signed: '{id}.{body}' },
  } as const;
  const ask = async (id: Buffer, signedId: string) => {
    const mac = createHmac('sha256', secret).update(`${signedId}.${body}`).digest('hex');
    const lines = head(`x-signature: ${mac}`, `content-length: ${length}`, 'connection: close', 'x-id: ');
    const request = Buffer.concat([Buffer.from(lines.slice(0, -4)), id, Buffer.from(`\r\n\r\n${body}`)]);
    const { world, statuses } = await served((socket) => void socket.write(request), [named, secret]);
    const sent = world.sent.map((one) => (JSON.parse(one) as { eventId: string }).eventId);
    return { status: statuses[0], sent };
  };

  test.each(ids)('the id %s in UTF-8 is what its sender has signed, and no other form of it', async (id) => {
    expect(await ask(Buffer.from(id, 'utf8'), id)).toEqual({ status: 202, sent: [id] });
  });

  test('one in latin1 is too, and one that no message may hold stays as it came', async () => {
    expect(await ask(Buffer.from('café', 'latin1'), 'café')).toEqual({ status: 202, sent: ['café'] });
    expect((await ask(Buffer.from('\ufffe', 'utf8'), '\ufffe')).status).toBe(401);
  });
});

test('two headers of one name are joined as an HTTP API joins them', async () => {
  const request = `${head('x-key: a', 'x-key: b', 'connection: close', 'content-length: 2')}{}`;
  const keyed = { ...route, scheme: { kind: 'key', header: 'x-key' } } as const;
  const { world } = await served((socket) => void socket.write(request), [keyed, 'a,b']);
  expect(world.sent).toHaveLength(1);
});

test('lines of a head count all, and one behind the thousandth is read', async () => {
  const lines = (count: number, line: string) => Array.from({ length: count }, () => line);
  const request = (...more: string[]) =>
    closing(head(...more, `x-signature: ${signature}`, `content-length: ${length}`)) + body;
  const few = await served((socket) => void socket.write(request(...lines(1_200, 'a:'))));
  expect(few.statuses).toEqual([202]);
  const many = await served((socket) => void socket.write(request(...lines(1_500, 'a: 1'))));
  expect(many.statuses).toEqual([431]);
});

test.each(['.', '..', '%2e', '%2E%2e', '.%2e'])('%s is no tenant: a URL has no such segment', async (tenant) => {
  const { statuses, world } = await served(
    (socket) => void socket.write(closing(good).replace('/hooks/shop/a', `/hooks/shop/${tenant}`)),
  );
  expect(statuses).toEqual([404]);
  expect(world.sent).toEqual([]);
});
