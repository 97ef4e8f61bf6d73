import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { account, connection, failure, keyOf, start, world } from './support';

// An archive that is cut off ends within a line. The cut has broken that line: no client is accused.

/** An archive of which no more can be read than `text`. */
function cutBehind(text: string): Buffer {
  const head = gzipSync('').subarray(0, 10);
  return Buffer.concat([head, deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH })]);
}

async function rulesOf(type: string, text: string): Promise<string[]> {
  const here = world();
  here.put(keyOf(type), cutBehind(text));
  await here.deliver(keyOf(type));
  const [damaged] = here.mails.filter((mail) => mail.text.includes('the archive is cut off'));
  expect(damaged).toBeDefined();
  return (await here.incidents()).map(({ key }) => key.slice(0, key.indexOf('|')));
}

const before = Array.from({ length: 30 }, (_, n) =>
  connection('authenticated', start + n, { pid: n, session: `s${n}` }),
);
const statement =
  "'2026-11-26T08:01:09Z UTC [ db=dev user=joe pid=5 userid=35 xid=1 ]' LOG: select 'a', \"b\" -- c\nfrom d";

test.each([
  ['connectionlog', [...before, failure(start + 99, { application: 'psql', driver: 'libpq', session: '' })]],
  ['connectionlog', [...before, connection('authenticated', start + 99, { pid: 99, session: 's99' })]],
  ['userlog', [account('create', start), account('alter', start + 1)]],
  ['useractivitylog', [statement, statement.replace('xid=1', 'xid=2')]],
])('%s, cut at each place of its last record', async (type, lines) => {
  const whole = lines.slice(0, -1).join('\n');
  const last = `\n${lines.at(-1)!}`;
  for (let cut = 1; cut <= last.length; cut += 1)
    expect([cut, await rulesOf(type, whole + last.slice(0, cut))]).toEqual([
      cut,
      expect.not.arrayContaining(['LOG-SUSPICIOUS']),
    ]);
});

test('what misleads before the cut is reported', async () => {
  const forged = failure(start + 99, { user: 'joe\nx' });
  expect(await rulesOf('connectionlog', [...before, forged, failure(start + 100).slice(0, 50)].join('\n'))).toContain(
    'LOG-SUSPICIOUS',
  );
});
