import { gzipSync } from 'node:zlib';
import { readHoldings } from '../../../functions/fleet/ledger/holdings';
import { parseHeartbeats } from '../../../functions/fleet/contracts/heartbeats';
import { rememberingLast, readRecord, recordIn } from '../../../functions/shared/schema';
import { parseLike, parseVariable } from '../../../functions/shared/environment';
import { TargetGroupKinds } from '../../../functions/fleet/steps/register-targets/target';
import { readRows } from '../../../functions/webhooks/batches/rows';
import { split } from '../../../functions/webhooks/batches/split';
import * as z from '../../../functions/shared/schema';

const schema = z.object({ name: z.string(), parts: z.array(z.object({ size: z.number() })) });
const good = JSON.stringify({ name: 'a', parts: [{ size: 1 }], new: true });
const bad = JSON.stringify({ parts: [{ size: 1 }, { size: 'large' }] });

describe('a record of ours', () => {
  test('is read by its schema; what a later version has put beside is left out', () => {
    expect(readRecord(schema, good, 'the record')).toEqual({ name: 'a', parts: [{ size: 1 }] });
    expect(recordIn(schema, good)).toEqual({ name: 'a', parts: [{ size: 1 }] });
  });

  test('is read once for all that poll it, and again when it has changed', () => {
    const texts: string[] = [];
    const read = rememberingLast((text) => {
      texts.push(text);
      return recordIn(schema, text);
    });
    expect(read(good)).toEqual({ name: 'a', parts: [{ size: 1 }] });
    // The same text, and not the same string: each poll reads its own.
    expect(read(`${good.slice(0, 1)}${good.slice(1)}`)).toBe(read(good));
    expect(read(bad)).toBeUndefined();
    expect(read(bad)).toBeUndefined();
    expect(read(good)).toEqual({ name: 'a', parts: [{ size: 1 }] });
    expect(texts).toEqual([good, bad, good]);
  });

  test('names every mistake: where it is, what stands there, what is allowed', () => {
    expect(thrownBy(() => readRecord(schema, bad, 'the record'))).toEqual(
      expect.objectContaining({
        name: 'RecordUnreadable',
        fault: 'bug',
        message:
          'the record cannot be read:\nname: got nothing, allowed: string\nparts.1.size: got "large", allowed: number',
      }),
    );
  });

  test.each(['', '{', '{"name":"a","parts":[]}}', 'undefined'])('is JSON: %j is none', (text) => {
    expect(() => readRecord(schema, text, 'the record')).toThrow(/^the record cannot be read: JSON is expected, got /);
  });

  test.each(['', '{', 'null', '[]', bad])('that is not needed is passed over: %j', (text) => {
    expect(recordIn(schema, text)).toBeUndefined();
  });
});

describe('where records are read', () => {
  test('an observation is named', async () => {
    const ledger = {
      observation: async () => ({ group: '', key: 'holdings', revision: 1, at: '', value: '{"web":"two"}' }),
    };
    await expect(readHoldings(ledger)).rejects.toMatchObject({
      name: 'RecordUnreadable',
      message: `the observation 'holdings' cannot be read:\nweb: got "two", allowed: number`,
    });
  });

  test('a variable of the environment is named', () => {
    expect(thrownBy(() => parseHeartbeats('{"web":"an hour"}'))).toEqual(
      expect.objectContaining({
        name: 'EnvironmentInvalid',
        message: `the environment variable HEARTBEATS cannot be read:\nweb: got "an hour", allowed: number`,
      }),
    );
    expect(() => parseVariable(z.array(z.string()), 'web', 'CLUSTERS')).toThrow(
      'the environment variable CLUSTERS cannot be read: JSON is expected, got "web"',
    );
  });

  test('a variable like an example has what the example has, of the same types', () => {
    const example = { names: ['x'], limit: { times: 1 } };
    const parse = (text: string) => parseLike<typeof example & { zone?: string }>(example, text, 'RULES', { zone: '' });
    const good = { names: [], limit: { times: 5 }, zone: 'UTC', more: 1 };
    expect(parse(JSON.stringify(good))).toEqual(good);
    expect(parse('{"names":["a"],"limit":{"times":2}}')).toEqual({ names: ['a'], limit: { times: 2 } });
    expect(thrownBy(() => parse('{"names":["a",1],"limit":{"times":"2"},"zone":3}'))).toEqual(
      expect.objectContaining({
        name: 'EnvironmentInvalid',
        message: [
          'the environment variable RULES cannot be read:',
          'names.1: got 1, allowed: a string',
          'limit.times: got "2", allowed: a number',
          'zone: got 3, allowed: a string',
        ].join('\n'),
      }),
    );
    expect(() => parse('{"names":{}}')).toThrow(
      /names: got .*, allowed: a list\nlimit: got nothing, allowed: an object$/,
    );
    expect(() => parse('nothing')).toThrow('the environment variable RULES cannot be read: JSON is expected');
  });

  test.each(['{"targetType":5}', 'instance'])(
    'a look that another launch has left is made again: %s',
    async (value) => {
      const ledger = {
        observation: async (group: string, key: string) => ({ group, key, revision: 1, at: '', value }),
        saveObservation: async () => undefined,
      };
      const clock = { now: () => new Date(0) };
      const kinds = new TargetGroupKinds({ clock, ledger, elasticLoadBalancing: noElb });
      await expect(kinds.known('web', 'arn')).resolves.toBeUndefined();
    },
  );

  const row = { message_id: 'm', source: 'shop', received_at: '2026-03-01 12:00:00.000' };
  const file = (one: object) => gzipSync(`${JSON.stringify(one)}\n`);

  test.each([
    { message_id: 'm', source: 'shop' },
    { ...row, source: null },
    { ...row, received_at: 'noon' },
    { ...row, message_id: 7 },
  ])('another row is none of ours: %j', (one) => {
    const known = expect.objectContaining({ messageId: 'm', receivedMs: 1772366400000 }) as unknown;
    expect(readRows(file(row))).toEqual({ rows: [known], others: [] });
    expect(readRows(file(one))).toEqual({ rows: [], others: [JSON.stringify(one)] });
  });

  test('a row that no message can be made of is kept as it came', async () => {
    const objects = new Map<string, Uint8Array>([['pending/t/1', file(row)]]);
    const store = {
      get: async (key: string) => objects.get(key),
      put: async (key: string, bytes: Uint8Array) => void objects.set(key, bytes),
      remove: async (key: string) => void objects.delete(key),
      list: async () => [],
    };
    const batch = { id: 'b', table: 't', files: ['pending/t/1'] };
    await expect(split(store, 'bucket', batch, 'refused')).resolves.toMatchObject({ source: 'unknown' });
    expect(objects).toEqual(new Map([['quarantine-files/pending/t/1', file(row)]]));
  });
});

const noElb = new Proxy({} as ConstructorParameters<typeof TargetGroupKinds>[0]['elasticLoadBalancing'], {
  get: () => {
    throw new TypeError('nothing is asked of ELB');
  },
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
