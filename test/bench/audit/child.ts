import { createGunzip } from 'node:zlib';
import { parserOf } from '../../../functions/audit/domain/logs/parser';
import { defaultOptions, rulesOfSessions, type RuleOptions } from '../../../functions/audit/domain/rules/options';
import { emptyState } from '../../../functions/audit/domain/rules/state';
import { inspect } from '../../../functions/audit/inspect';
import { keepHeapSmall } from '../../../functions/shared/small-heap';
import { unpack } from '../../../functions/audit/unpack';
import { piecesOf } from '../../../infra/console/audit/pieces';
import { peakResidentBytes } from '../memory';

// A process of its own, so that time and memory are its own: `child WORK FILE TIMES` does the work with the file so many
// times over, as one archive, and prints what it took.

/** What one piece of work took. */
export interface TakenResources {
  /** Of all threads: what else the machine does is not in it. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Unpacked bytes. */
  readonly raw: number;
  readonly lines: number;
  /** The most that was ever resident, bytes. */
  readonly peakBytes: number;
}

type WorkDone = Pick<TakenResources, 'raw' | 'lines'>;
type Source = AsyncIterable<Uint8Array>;

async function alone(source: Source): Promise<WorkDone> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  let raw = 0;
  gunzip.on('data', (chunk: Buffer) => (raw += chunk.length));
  const ended = new Promise((resolve) => gunzip.once('end', resolve));
  for await (const part of source) await new Promise<void>((resolve) => gunzip.write(part, () => resolve()));
  gunzip.end();
  await ended;
  return { raw, lines: 0 };
}

async function parsed(source: Source): Promise<WorkDone> {
  const parser = parserOf('connectionlog', { see: () => undefined });
  const { raw } = await unpack(source, (chunk) => {
    parser.push(chunk);
    return undefined;
  });
  parser.end();
  return { raw, lines: parser.counts.lines };
}

const inspected =
  (options: RuleOptions) =>
  async (source: Source): Promise<WorkDone> => {
    const read = { cluster: 'bench', object: 'bench', at: Date.UTC(2026, 10, 27) };
    const result = await inspect(source, { options, state: emptyState(), read, type: 'connectionlog' });
    if (result.unpacked.damage !== undefined) throw new Error(result.unpacked.damage);
    return { raw: result.unpacked.raw, lines: result.counts.lines };
  };

const works = {
  gunzip: alone,
  failures: inspected({ ...defaultOptions, disabled: rulesOfSessions }),
  parse: parsed,
  inspect: inspected(defaultOptions),
} as const;

export type Work = keyof typeof works;

async function* repeated(file: string, times: number): Source {
  for (let n = 0; n < times; n += 1) yield* piecesOf(file);
}

async function main([work, file = '', times]: readonly string[]): Promise<void> {
  keepHeapSmall();
  const cpu = process.cpuUsage();
  const wall = process.hrtime.bigint();
  const done = await works[work as Work](repeated(file, Number(times)));
  const { user, system } = process.cpuUsage(cpu);
  const wallMs = Number(process.hrtime.bigint() - wall) / 1e6;
  const peakBytes = peakResidentBytes();
  process.stdout.write(
    JSON.stringify({ ...done, cpuMs: (user + system) / 1000, wallMs, peakBytes } satisfies TakenResources),
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
