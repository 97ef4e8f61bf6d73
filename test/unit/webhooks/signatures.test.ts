import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { verifySignature } from '../../../functions/webhooks/signatures';
import type { Scheme } from '../../../functions/webhooks/contracts/routes';
import { signed } from '../../support/webhooks/ingress';

const now = 1_795_694_400;
const nowMs = now * 1000;
const whsec = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const other = `whsec_${Buffer.from('another key that no request has used').toString('base64')}`;
const tolerant = { toleranceSeconds: 300 };
const cases = {
  'standard-webhooks': {
    scheme: { kind: 'standard-webhooks', ...tolerant },
    secret: whsec,
    signedHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  },
  stripe: { scheme: { kind: 'stripe', ...tolerant }, secret: 'whsec_of_stripe', signedHeaders: ['stripe-signature'] },
  github: { scheme: { kind: 'github' }, secret: 'a secret of GitHub', signedHeaders: ['x-hub-signature-256'] },
} as const;
const kinds = Object.keys(cases) as (keyof typeof cases)[];
const bodies = [
  '{"id":"evt_1","type":"charge.succeeded"}',
  ' ',
  '{"text":"Grüße, 日本 🎉"}',
  'not json at all',
  `{"long":"${'x'.repeat(50_000)}"}`,
];

const check = (scheme: Scheme, secrets: readonly string[], headers: Record<string, string>, body: Uint8Array) =>
  verifySignature(scheme, secrets, { header: (name) => headers[name], body, nowMs });
const accepted = (verdict: { action: string }) => verdict.action === 'accept';

describe.each(kinds)('%s, signed by its own library', (kind) => {
  const { scheme, secret, signedHeaders } = cases[kind];
  const headers = signed(bodies.map((body) => ({ kind, secret, id: 'msg_27', timestamp: now, body })));

  test.each(bodies.map((body, index) => [body.slice(0, 20), body, headers[index]!] as const))(
    'accepts %j',
    (_, body, given) => {
      expect(check(scheme, [secret], given, Buffer.from(body))).toMatchObject({ action: 'accept' });
    },
  );

  test('accepts it with either secret while one follows another, and with none else', () => {
    const body = Buffer.from(bodies[0]!);
    expect(accepted(check(scheme, [other, secret], headers[0]!, body))).toBe(true);
    expect(check(scheme, [other], headers[0]!, body)).toEqual({ action: 'refuse', reason: 'signature-wrong' });
    for (const none of [[], [''], ['whsec_']]) expect(accepted(check(scheme, none, headers[0]!, body))).toBe(false);
  });

  test('refuses each single bit changed, in the body and in every signed header', () => {
    const body = Buffer.from(bodies[0]!);
    for (let bit = 0; bit < body.length * 8; bit += 1) {
      const changed = Buffer.from(body);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(accepted(check(scheme, [secret], headers[0]!, changed))).toBe(false);
    }
    for (const name of signedHeaders) {
      const value = Buffer.from(headers[0]![name]!, 'latin1');
      for (let bit = 0; bit < value.length * 8; bit += 1) {
        const changed = Buffer.from(value);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        const text = changed.toString('latin1');
        if (accepted(check(scheme, [secret], { ...headers[0]!, [name]: text }, body)))
          throw new RangeError(`${name}: ${text}`);
      }
    }
  });

  test('refuses what is missing, malformed, or any other text', () => {
    const body = Buffer.from(bodies[0]!);
    for (const name of signedHeaders) {
      for (const value of [
        '',
        ' ',
        'v1',
        'v1,',
        't=',
        'sha256=',
        't=1,v1=',
        '=,=',
        '\u0000',
        headers[0]![name]!.slice(0, -1),
        `${headers[0]![name]!}0`,
      ]) {
        expect(accepted(check(scheme, [secret], { ...headers[0]!, [name]: value }, body))).toBe(false);
      }
    }
    fc.assert(
      fc.property(fc.constantFrom(...signedHeaders), fc.string(), (name, text) => {
        fc.pre(text !== headers[0]![name]);
        expect(accepted(check(scheme, [secret], { ...headers[0]!, [name]: text }, body))).toBe(false);
      }),
    );
  });
});

describe('time', () => {
  const [standard] = signed([{ kind: 'standard-webhooks', secret: whsec, id: 'a', timestamp: now, body: 'x' }]);
  const [stripe] = signed([{ kind: 'stripe', secret: 's', timestamp: now, body: 'x' }]);
  test.each([
    ['standard-webhooks', standard!, whsec],
    ['stripe', stripe!, 's'],
  ] as const)('%s: five minutes both ways, and not a second more', (kind, headers, secret) => {
    const at = (seconds: number) =>
      verifySignature({ kind, ...tolerant }, [secret], {
        header: (name) => headers[name],
        body: Buffer.from('x'),
        nowMs: nowMs + seconds * 1000,
      });
    expect(at(300)).toMatchObject({ action: 'accept' });
    expect(at(-300)).toMatchObject({ action: 'accept' });
    expect(at(301)).toEqual({ action: 'refuse', reason: 'timestamp-stale' });
    expect(at(-301)).toEqual({ action: 'refuse', reason: 'timestamp-future' });
  });

  // The reference library takes the first of these.
  test.each(['1795694400junk', ' 1795694400', '1795694400.0', '0x6b0807c0', '1e9', '-1', '١٧٩٥', '9'.repeat(30)])(
    'a timestamp %j is none, however well it is signed',
    (timestamp) => {
      const key = Buffer.from(whsec.slice(6), 'base64');
      const signature = createHmac('sha256', key).update(`a.${timestamp}.x`).digest('base64');
      const headers = { 'webhook-id': 'a', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
      expect(check({ kind: 'standard-webhooks', ...tolerant }, [whsec], headers, Buffer.from('x'))).toEqual({
        action: 'refuse',
        reason: 'timestamp-malformed',
      });
      const hex = createHmac('sha256', 's').update(`${timestamp}.x`).digest('hex');
      expect(
        accepted(
          check(
            { kind: 'stripe', ...tolerant },
            ['s'],
            { 'stripe-signature': `t=${timestamp},v1=${hex}` },
            Buffer.from('x'),
          ),
        ),
      ).toBe(false);
    },
  );
});

describe('Standard Webhooks beyond the reference library', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const whpk = `whpk_${publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`;
  const body = Buffer.from('{"a":1}');
  const v1a = `v1a,${sign(null, Buffer.concat([Buffer.from(`m.${now}.`), body]), privateKey).toString('base64')}`;
  const headers = (signature: string, prefix = 'webhook') => ({
    [`${prefix}-id`]: 'm',
    [`${prefix}-timestamp`]: String(now),
    [`${prefix}-signature`]: signature,
  });
  const scheme = { kind: 'standard-webhooks', ...tolerant } as const;

  test('v1a: by the public key, with others beside it, and no bit changed', () => {
    expect(accepted(check(scheme, [whpk], headers(v1a), body))).toBe(true);
    expect(accepted(check(scheme, [whsec, whpk], headers(`v1,${'A'.repeat(43)}= ${v1a}`), body))).toBe(true);
    expect(accepted(check(scheme, [whsec], headers(v1a), body))).toBe(false);
    const text = Buffer.from(v1a);
    for (let bit = 0; bit < text.length * 8; bit += 1) {
      const changed = Buffer.from(text);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(accepted(check(scheme, [whpk], headers(changed.toString('latin1')), body))).toBe(false);
    }
  });

  test('Svix is the same under other names', () => {
    const key = Buffer.from(whsec.slice(6), 'base64');
    const v1 = `v1,${createHmac('sha256', key).update(`m.${now}.`).update(body).digest('base64')}`;
    expect(check({ kind: 'svix', ...tolerant }, [whsec], headers(v1, 'svix'), body)).toEqual({
      action: 'accept',
      id: 'm',
    });
    expect(accepted(check({ kind: 'svix', ...tolerant }, [whsec], headers(v1), body))).toBe(false);
  });

  test('sixteen signatures are looked at, seventeen are not', () => {
    const key = Buffer.from(whsec.slice(6), 'base64');
    const v1 = `v1,${createHmac('sha256', key).update(`m.${now}.`).update(body).digest('base64')}`;
    const junk = Array.from({ length: 15 }, () => `v1,${'A'.repeat(43)}=`);
    expect(accepted(check(scheme, [whsec], headers([...junk, v1].join(' ')), body))).toBe(true);
    expect(check(scheme, [whsec], headers([...junk, 'v1,x', v1].join(' ')), body)).toEqual({
      action: 'refuse',
      reason: 'signatures-too-many',
    });
  });
});

test('a signed request is no other one whose id reaches into its time and its body', () => {
  const whole = `msg_1.${now - 200}.${now}.{"amount":1}`;
  const signature = `v1,${createHmac('sha256', Buffer.from(whsec.slice(6), 'base64'))
    .update(whole)
    .digest('base64')}`;
  const scheme: Scheme = { kind: 'standard-webhooks', ...tolerant };
  const verdict = (id: string, time: number, body: string) =>
    check(
      scheme,
      [whsec],
      { 'webhook-id': id, 'webhook-timestamp': String(time), 'webhook-signature': signature },
      Buffer.from(body),
    );
  expect(verdict('msg_1', now - 200, `${now}.{"amount":1}`)).toEqual({ action: 'accept', id: 'msg_1' });
  expect(verdict(`msg_1.${now - 200}`, now, '{"amount":1}')).toEqual({ action: 'refuse', reason: 'id-malformed' });
});

test('an id with full stops of its own is one', () => {
  for (const id of ['a.b', 'evt.2026.11', '.', 'a.123.b', '1795694400', '1795694400.a']) {
    const text = `${id}.${now}.{}`;
    const signature = createHmac('sha256', Buffer.from(whsec.slice(6), 'base64'))
      .update(text)
      .digest('base64');
    const given = { 'webhook-id': id, 'webhook-timestamp': String(now), 'webhook-signature': `v1,${signature}` };
    const scheme: Scheme = { kind: 'standard-webhooks', ...tolerant };
    expect(check(scheme, [whsec], given, Buffer.from('{}'))).toEqual({ action: 'accept', id });
  }
});

describe('others', () => {
  const body = Buffer.from('{"a":1}');
  test('Shopify: base64 of the body alone', () => {
    const scheme: Scheme = {
      kind: 'hmac',
      header: 'x-shopify-hmac-sha256',
      algorithm: 'sha256',
      encoding: 'base64',
      prefix: '',
      signed: '{body}',
      ...tolerant,
    };
    const given = { 'x-shopify-hmac-sha256': createHmac('sha256', 'k').update(body).digest('base64') };
    expect(accepted(check(scheme, ['k'], given, body))).toBe(true);
    expect(accepted(check(scheme, ['l'], given, body))).toBe(false);
  });

  test('Slack: v0:time:body, with a time that counts', () => {
    const scheme: Scheme = {
      kind: 'hmac',
      header: 'x-slack-signature',
      algorithm: 'sha256',
      encoding: 'hex',
      prefix: 'v0=',
      signed: 'v0:{timestamp}:{body}',
      timestampHeader: 'x-slack-request-timestamp',
      ...tolerant,
    };
    const given = (time: number) => ({
      'x-slack-request-timestamp': String(time),
      'x-slack-signature': `v0=${createHmac('sha256', 'k').update(`v0:${time}:`).update(body).digest('hex')}`,
    });
    expect(accepted(check(scheme, ['k'], given(now), body))).toBe(true);
    expect(check(scheme, ['k'], given(now - 301), body)).toEqual({ action: 'refuse', reason: 'timestamp-stale' });
    expect(accepted(check(scheme, ['k'], { ...given(now), 'x-slack-request-timestamp': String(now + 1) }, body))).toBe(
      false,
    );
  });

  test('basic: a colon in the password, and its characters in UTF-8 or latin1, and never in another one', () => {
    const basic = (secret: string, bytes: Buffer) =>
      accepted(check({ kind: 'basic' }, [secret], { authorization: `Basic ${bytes.toString('base64')}` }, body));
    expect(basic('user:pa:ss:', Buffer.from('user:pa:ss:'))).toBe(true);
    expect(basic('user:pä', Buffer.from('user:pä', 'utf8'))).toBe(true);
    expect(basic('user:pä', Buffer.from('user:pä', 'latin1'))).toBe(true);
    expect(basic('user:p€', Buffer.from('user:p€', 'utf8'))).toBe(true);
    expect(basic('user:p€', Buffer.from('user:p€', 'latin1'))).toBe(false);
  });

  test('basic and key: the whole word, no other', () => {
    const basic = (text: string) => check({ kind: 'basic' }, ['user:pass', 'user:next'], { authorization: text }, body);
    const word = (text: string) => Buffer.from(text).toString('base64');
    expect(accepted(basic(`Basic ${word('user:next')}`))).toBe(true);
    for (const text of ['user:pas', 'user:passs', 'User:pass', ':', ''])
      expect(accepted(basic(`Basic ${word(text)}`))).toBe(false);
    const key: Scheme = { kind: 'key', header: 'authorization', prefix: 'Bearer ' };
    expect(accepted(check(key, ['abc'], { authorization: 'Bearer abc' }, body))).toBe(true);
    for (const text of ['abc', 'Bearer ab', 'Bearer abcd', 'bearer abc', 'Bearer '])
      expect(accepted(check(key, ['abc'], { authorization: text }, body))).toBe(false);
    expect(accepted(check(key, [''], { authorization: 'Bearer ' }, body))).toBe(false);
  });
});
