import { createReadStream, existsSync } from 'node:fs';
import { writeLog } from './logs';
import { inspect } from '../../../functions/audit/inspect';
import { unpack } from '../../../functions/audit/unpack';
import { parserOf } from '../../../functions/audit/domain/logs/parser';
import { defaultOptions } from '../../../functions/audit/domain/rules/options';
import { emptyState } from '../../../functions/audit/domain/rules/state';
import { createGunzip } from 'node:zlib';
async function main() {
  const file = '/tmp/auditbench.gz';
  if (!existsSync(file)) console.log(await writeLog(file, 90e6));
  const time = async (name: string, f: () => Promise<number>) => {
    const t = performance.now();
    const c = process.cpuUsage();
    const raw = await f();
    const cc = process.cpuUsage(c);
    const s = (performance.now() - t) / 1000;
    console.log(
      name,
      (raw / 1e6 / s).toFixed(1),
      'MB/s wall',
      (raw / 1e6 / ((cc.user + cc.system) / 1e6)).toFixed(1),
      'cpu',
    );
  };
  const gun = () =>
    time(
      'gunzip',
      () =>
        new Promise((done) => {
          let n = 0;
          createReadStream(file)
            .pipe(createGunzip({ chunkSize: 256 * 1024 }))
            .on('data', (c: Buffer) => (n += c.length))
            .on('end', () => done(n));
        }),
    );
  const what = process.argv[2] ?? 'all';
  await gun();
  if (what === 'all' || what === 'unpack')
    await time(
      'unpack',
      async () => (await unpack(createReadStream(file, { highWaterMark: 256 * 1024 }), () => undefined)).raw,
    );
  if (what === 'all' || what === 'parse')
    await time('parse', async () => {
      const p = parserOf('connectionlog');
      const r = await unpack(createReadStream(file, { highWaterMark: 256 * 1024 }), (c) => {
        p.push(c);
        return undefined;
      });
      p.end();
      return r.raw;
    });
  if (what === 'all' || what === 'inspect')
    await time('inspect', async () => {
      const r = await inspect(createReadStream(file, { highWaterMark: 256 * 1024 }), {
        options: defaultOptions,
        state: emptyState(),
        read: { cluster: 'c', object: 'o', at: Date.now() },
        type: 'connectionlog',
      });
      console.log(r.counts, r.observations.length);
      return r.unpacked.raw;
    });
  await gun();
  console.log('rss', process.resourceUsage().maxRSS / 1024);
}
void main();
