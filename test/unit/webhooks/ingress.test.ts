import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { jsonLogger } from '../../../functions/shared/runtime';
import { makeHandler } from '../../../functions/webhooks/triggers/ingress/handler';
import { jsonText } from '../../../functions/webhooks/ingress/json-text';
import { createApp } from '../../../functions/webhooks/ingress/app';
import { SecretsCache } from '../../../functions/webhooks/ingress/secrets-cache';
import { ingress, routesOf, sourceOf } from '../../support/webhooks/ingress';
import type { Route, RouteInput } from '../../../functions/webhooks/contracts/routes';

const routes: RouteInput[] = [
  {
    name: 'shop',
    path: '/hooks/shop/:tenant',
    scheme: { kind: 'hmac', header: 'x-signature' },
    secret: 'shop',
    table: 't',
    bodyLimitBytes: 2_000_000,
  },
  { name: 'std', path: '/hooks/std', scheme: { kind: 'standard-webhooks' }, secret: 'std', table: 't' },
];
const key = Buffer.from('0123456789abcdef0123456789abcdef');
const secrets = () => ({ shop: ['k'], std: [`whsec_${key.toString('base64')}`] });
const sign = (body: string | Uint8Array, secret = 'k') => ({
  'x-signature': createHmac('sha256', secret).update(body).digest('hex'),
});
const world = () => ingress(routes, secrets());
const envelope = (text: string) =>
  JSON.parse(text) as { body: Record<string, unknown>; tenant: string; contentEncoding?: string };

describe('what is answered', () => {
  test('202 with what was posted in the queue, its tenant from the path', async () => {
    const { world: seen, post } = world();
    const response = await post('/hooks/shop/acme', sign('{"a":1}'), '{"a":1}');
    expect(response.status).toBe(202);
    expect(envelope(seen.sent[0]!)).toMatchObject({
      tenant: 'acme',
      source: 'shop',
      body: { in: 'text', text: '{"a":1}' },
    });
    expect(seen.counts).toContainEqual({ name: 'Accepted', value: 1, dimensions: { Route: 'shop' } });
  });

  test.each([
    '/',
    '/hooks',
    '/hooks/shop',
    '/hooks/shop/a/b',
    '/hooks/none',
    '/hooks/STD',
    '/__proto__',
    '/hooks/std/',
    '/%00',
    '/hooks/std%2f',
    '/hooks/shop/%00',
    '/hooks/shop/a%0ab',
    '/hooks/shop/a%20',
    '/hooks/shop/%5CN',
  ])('an unknown path %s is 404, and no secret is looked up', async (path) => {
    const { world: seen, post } = world();
    const response = await post(path, sign('x'), 'x');
    expect(response.status).toBe(404);
    expect(seen.secretReads).toEqual([]);
    expect(seen.counts).toEqual([{ name: 'Refused', value: 1, dimensions: { Route: 'unknown', Reason: 'path' } }]);
  });

  test.each(['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])(
    '%s is 405 with Allow, and no secret is looked up',
    async (method) => {
      const { world: seen, post } = world();
      const response = await post('/hooks/std', {}, '', method);
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
      expect(seen.secretReads).toEqual([]);
    },
  );

  test('401 says nothing of why, and keeps no body', async () => {
    const { world: seen, post } = world();
    const bodies = new Set<string>();
    for (const headers of [{}, { 'x-signature': 'junk' }, sign('other')]) {
      const response = await post('/hooks/shop/a', headers, 'the body itself');
      expect(response.status).toBe(401);
      bodies.add(await response.text());
    }
    expect(bodies).toEqual(new Set(['unauthorized\n']));
    expect(JSON.stringify([seen.lines, seen.sent, [...seen.stored]])).not.toContain('the body itself');
    expect(seen.counts.map(({ dimensions }) => dimensions.Reason)).toEqual([
      'signature-missing',
      'signature-wrong',
      'signature-wrong',
    ]);
  });

  test('headers of more than 8 KB are 431, seventeen signatures 401, before a body is hashed', async () => {
    const { post } = world();
    expect((await post('/hooks/shop/a', { ...sign('x'), 'x-more': 'y'.repeat(8_192) }, 'x')).status).toBe(431);
    const headers = { 'webhook-id': 'a', 'webhook-timestamp': '1795694400', 'webhook-signature': 'v1,x '.repeat(17) };
    expect((await post('/hooks/std', headers, 'x')).status).toBe(401);
  });

  test('a body over the limit is 413 before anything of it is verified, announced or not', async () => {
    const { world: seen, app, post } = world();
    const large = 'x'.repeat(2_000_001);
    expect((await post('/hooks/shop/a', sign(large), large)).status).toBe(413);
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
    });
    const request = new Request('http://x/hooks/shop/a', {
      method: 'POST',
      body: stream,
      duplex: 'half',
    });
    expect((await app.fetch(request)).status).toBe(413);
    expect(seen.secretReads).toEqual([]);
  });

  test.each(['queue', 'secrets'] as const)('503 with Retry-After while the %s is down: never 202', async (part) => {
    const { world: seen, post } = world();
    seen.broken[part] = true;
    const response = await post('/hooks/shop/a', sign('x'), 'x');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
    expect(seen.sent).toEqual([]);
    expect(JSON.stringify(seen.lines)).not.toMatch(/whsec_hidden|boom/);
    seen.broken[part] = false;
    expect((await post('/hooks/shop/a', sign('x'), 'x')).status).toBe(202);
  });

  test('a large body is in the store before its message is in the queue; without the store it is 503', async () => {
    const { world: seen, post } = world();
    const body = 'y'.repeat(950_000);
    seen.broken.store = true;
    expect((await post('/hooks/shop/a', sign(body), body)).status).toBe(503);
    expect(seen.sent).toEqual([]);
    seen.broken.store = false;
    expect((await post('/hooks/shop/a', sign(body), body)).status).toBe(202);
    const { body: part } = envelope(seen.sent[0]!);
    expect(Buffer.from(seen.stored.get(part.key as string)!).toString()).toBe(body);
  });

  test('no message is larger than SQS takes, with any bytes: control characters, quotes, no text at all', async () => {
    const { world: seen, post } = world();
    for (const body of [
      Buffer.alloc(800_000, 1),
      Buffer.alloc(880_000, 0xff),
      Buffer.from('"'.repeat(700_000)),
      Buffer.from('\ufffe'.repeat(9)),
    ]) {
      expect((await post('/hooks/shop/a', sign(body), body)).status).toBe(202);
      expect(Buffer.byteLength(seen.sent.at(-1)!)).toBeLessThan(1_000_000);
    }
  });

  test('compressed bytes are verified and kept as they came', async () => {
    const { world: seen, post } = world();
    const zipped = gzipSync('{"a":1}');
    expect((await post('/hooks/shop/a', { ...sign(zipped), 'content-encoding': 'gzip' }, zipped)).status).toBe(202);
    expect(envelope(seen.sent[0]!)).toMatchObject({
      contentEncoding: 'gzip',
      body: { in: 'base64', base64: zipped.toString('base64') },
    });
  });

  test('any bytes that are signed arrive as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const { world: seen, post } = world();
        expect((await post('/hooks/shop/a', sign(bytes), bytes)).status).toBe(202);
        const { body } = envelope(seen.sent[0]!);
        const back =
          body.in === 'text' ? Buffer.from(body.text as string) : Buffer.from(body.base64 as string, 'base64');
        expect(back.equals(bytes)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('rotation', () => {
  test('a new secret is read when a signature fits none, at most every 30 s', async () => {
    const { world: seen, post } = world();
    expect((await post('/hooks/shop/a', sign('x'), 'x')).status).toBe(202);
    seen.secrets.shop = ['k', 'new'];
    for (let n = 0; n < 50; n += 1) await post('/hooks/shop/a', sign('x', 'new'), 'x');
    expect(seen.secretReads).toHaveLength(1);
    seen.now = new Date(seen.now.getTime() + 31_000);
    expect((await post('/hooks/shop/a', sign('x', 'new'), 'x')).status).toBe(202);
    expect((await post('/hooks/shop/a', sign('x', 'k'), 'x')).status).toBe(202);
    expect(seen.secretReads).toHaveLength(2);
  });

  test('one that was taken away counts for five minutes at most', async () => {
    const { world: seen, post } = world();
    await post('/hooks/shop/a', sign('x'), 'x');
    seen.secrets.shop = ['new'];
    seen.now = new Date(seen.now.getTime() + 5 * 60_000);
    expect((await post('/hooks/shop/a', sign('x'), 'x')).status).toBe(401);
  });
});

describe('as a function behind an HTTP API', () => {
  const event = (body: string, isBase64Encoded: boolean, headers: Record<string, string>) => ({
    version: '2.0',
    rawPath: '/hooks/shop/acme',
    headers: { 'content-type': 'application/json', ...headers },
    requestContext: { http: { method: 'POST' } },
    body,
    isBase64Encoded,
  });
  const depsOf = (seen: ReturnType<typeof world>['world'], read: () => Promise<readonly Route[]>) => {
    const clock = { now: () => seen.now };
    const log = jsonLogger(() => undefined);
    return {
      clock,
      log,
      metrics: { count: () => undefined, duration: () => undefined },
      newId: () => 'm',
      secrets: new SecretsCache({ read: async () => ['k'] }, clock),
      queue: { send: async (body: string) => void seen.sent.push(body) },
      store: {
        put: async () => undefined,
        get: async () => undefined,
        list: async () => [],
        remove: async () => undefined,
      },
      routes: sourceOf(read),
    };
  };
  test.each([false, true])('the same answers for a body in base64: %s', async (inBase64) => {
    const { world: seen } = world();
    const list = routesOf(routes);
    const deps = depsOf(seen, async () => list);
    const body = '{"text":"Grüße"}';
    const given = inBase64 ? Buffer.from(body).toString('base64') : body;
    const handler = makeHandler(deps);
    expect(await handler(event(given, inBase64, sign(body)))).toMatchObject({ statusCode: 202, body: 'accepted\n' });
    expect(envelope(seen.sent[0]!).body).toEqual({ in: 'text', text: body });
    expect(await handler(event(given, inBase64, sign('other')))).toMatchObject({ statusCode: 401 });
    expect(createApp(list, deps)).toBeDefined();
  });

  test.each<
    [
      string,
      { method?: string; rawPath?: string; body?: string | null; headers?: Record<string, string> | null },
      number,
    ]
  >([
    ['a body that is null', { body: null }, 401],
    ['headers that are null', { headers: null }, 401],
    ['a path of dots, which a URL takes away', { rawPath: '/hooks/x/../shop/a' }, 404],
    ['the same with percent signs', { rawPath: '/hooks/x/%2E./shop/a' }, 404],
    ['a header that is none to fetch', { headers: { 'x-a': '\u2603', 'x\u0000': 'y', '': 'z', 'x-b': 'a\nb' } }, 401],
    ['a method that fetch refuses', { method: 'TRACE' }, 405],
    ['a method that is none', { method: 'P O S T' }, 405],
    ['a path of slashes', { rawPath: '//evil.example/hooks' }, 404],
    ['a path with two slashes before it, as under node:http', { rawPath: '//hooks/shop/a' }, 404],
    ['no path', { rawPath: '' }, 404],
    ['a path with a question mark', { rawPath: '/hooks/shop/a?b#c' }, 401],
    ['a path with a lone percent sign', { rawPath: '/hooks/shop/100%' }, 401],
    ['a path that is no UTF-8', { rawPath: '/hooks/shop/%ff%fe' }, 401],
    ['a body that is empty', { body: '' }, 401],
  ])('%s is answered, and ends no function', async (_, change, status) => {
    const { world: seen } = world();
    const { method = 'POST', ...more } = change;
    const handler = makeHandler(depsOf(seen, async () => routesOf(routes)));
    const given = { ...event('x', false, {}), requestContext: { http: { method } }, ...more };
    expect(await handler(given)).toMatchObject({ statusCode: status });
    expect(seen.sent).toEqual([]);
  });

  test.each([
    ['prod', '/prod/hooks/shop/acme', 202],
    ['$default', '/hooks/shop/acme', 202],
    ['prod', '/hooks/shop/acme', 202],
    ['hooks', '/hooks/shop/acme', 202],
    ['prod', '/test/hooks/shop/acme', 404],
    ['prod', '/prodhooks/shop/acme', 404],
  ])('in the stage %s the path %s is answered with %i', async (stage, rawPath, status) => {
    const { world: seen } = world();
    const handler = makeHandler(depsOf(seen, async () => routesOf(routes)));
    const requestContext = { http: { method: 'POST' }, stage };
    const given = { ...event('{}', false, sign('{}')), rawPath, requestContext };
    expect(await handler(given)).toMatchObject({ statusCode: status });
  });

  test.each([
    ['hooks.example.com', '/hooks/shop/acme', 202],
    ['hooks.example.com', '/partners/hooks/shop/acme', 202],
    ['hooks.example.com', '/partners/v1/hooks/shop/acme', 202],
    ['hooks.example.com', '/partners/hooks/shop', 404],
    ['hooks.example.com', '/partners/hooks/shop/acme/more', 404],
    ['hooks.example.com', `${'/a'.repeat(9)}/hooks/shop/acme`, 404],
    ['hooks.example.com', '/partners/../hooks/shop/acme', 404],
    ['a1b2c3.execute-api.eu-west-1.amazonaws.com', '/partners/hooks/shop/acme', 404],
  ])('at %s the path %s is answered with %i', async (domainName, rawPath, status) => {
    const { world: seen } = world();
    const handler = makeHandler(depsOf(seen, async () => routesOf(routes)));
    const requestContext = { http: { method: 'POST' }, stage: '$default', domainName };
    const given = { ...event('{}', false, sign('{}')), rawPath, requestContext };
    expect(await handler(given)).toMatchObject({ statusCode: status });
  });

  test.each(['café', 'caf\u00c3\u00a9', '注文-1'])('an id %s in a header is what its sender has signed', async (id) => {
    const { world: seen } = world();
    const named = routesOf([
      {
        ...{ name: 'shop', path: '/hooks/shop/:tenant', secret: 'shop', table: 't' },
        scheme: { kind: 'hmac', header: 'x-signature', idHeader: 'x-id', signed: '{id}.{body}' },
      },
    ]);
    const handler = makeHandler(depsOf(seen, async () => named));
    // As text, or as bytes of UTF-8 that each stand as a character: which one it is, is not documented.
    const text = id.startsWith('caf') ? 'café' : id;
    const answer = await handler(event('{}', false, { 'x-id': id, ...sign(`${text}.{}`) }));
    expect(answer).toMatchObject({ statusCode: 202 });
    expect(seen.sent.map((one) => (JSON.parse(one) as { eventId: string }).eventId)).toEqual([text]);
  });

  test('while the routes cannot be read it is 503 with Retry-After, and no error of the function', async () => {
    const { world: seen } = world();
    const fail = async () => {
      throw new TypeError('no routes');
    };
    const handler = makeHandler(depsOf(seen, fail));
    expect(await handler(event('x', false, {}))).toMatchObject({ statusCode: 503, headers: { 'retry-after': '30' } });
  });
});

test('writes a text as JSON.stringify does, with any content', () => {
  const units = [
    ...Array(0x300).keys(),
    0x2028,
    0x2029,
    0xd7ff,
    0xd800,
    0xdbff,
    0xdc00,
    0xdfff,
    0xe000,
    0xfffe,
    0xffff,
  ];
  for (const unit of units) {
    for (const text of [String.fromCharCode(unit), `{"a":"${String.fromCharCode(unit)}"}`])
      expect(jsonText(text)).toBe(JSON.stringify(text));
  }
  expect(jsonText('{"pair":"\u{1f600}","quoted":"\\"$&$1\\\\"}')).toBe(
    JSON.stringify('{"pair":"\u{1f600}","quoted":"\\"$&$1\\\\"}'),
  );
  expect(jsonText('')).toBe('""');
});
