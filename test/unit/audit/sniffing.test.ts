import { defaultOptions } from '../../../functions/audit/domain/rules/options';
import { emptyState } from '../../../functions/audit/domain/rules/state';
import { inspect } from '../../../functions/audit/inspect';
import { account, failure, start } from './support';

// Which log it is is seen by what is in it, where nothing else says it, and what has come by then is read too.

const header = "'2026-11-26T07:00:00Z UTC [ db=dev user=joe pid=100 userid=35 xid=9 ]' LOG: ";
const logs = {
  connectionlog: [failure(start), failure(start + 1), failure(start + 2)],
  userlog: [account('create', start), account('drop', start + 1)],
  useractivitylog: [`${header}grant role sys:dba to joe`, `${header}grant select on t to public`],
};

async function read(...pieces: Buffer[]) {
  const { type, counts, observations } = await inspect(pieces as unknown as AsyncIterable<Uint8Array>, {
    options: defaultOptions,
    state: emptyState(),
    read: { cluster: 'main', object: 'o', at: start },
    type: undefined,
    plain: true,
  });
  return { type, counts, observations };
}

test.each(Object.entries(logs))('%s, cut anywhere in two, is what it is as a whole', async (type, lines) => {
  for (const text of [`${lines.join('\n')}\n`, lines.join('\n'), `\ufeff${lines.join('\n')}`]) {
    const bytes = Buffer.from(text);
    const whole = await read(bytes);
    expect([whole.type, whole.counts.records]).toEqual([type, lines.length]);
    for (let at = 1; at < bytes.length; at += 1)
      expect([at, await read(bytes.subarray(0, at), bytes.subarray(at))]).toEqual([at, whole]);
  }
});

test('byte by byte, and with text of others before it', async () => {
  const bytes = Buffer.from(`#!\n${logs.connectionlog.join('\n')}\n`);
  const whole = await read(bytes);
  expect(whole.counts).toMatchObject({ lines: 4, malformed: 1, records: 3 });
  expect(await read(...Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(whole);
});

test('what is none of them is said to be none, however it comes', async () => {
  const bytes = Buffer.from('hello\n'.repeat(5000));
  for (const pieces of [[bytes], [bytes.subarray(0, 3), bytes.subarray(3)]])
    expect((await read(...pieces)).observations.map(({ title }) => title)).toEqual([
      'An audit log of main is damaged: it is none of the three logs',
    ]);
});
