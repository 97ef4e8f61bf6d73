import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { nodeOptions } from '../../../functions/shared/small-heap';
import { verdictOf, type Check, type Measurement } from '../measured';
import { percentile, rounded } from '../statistics';
import type { TakenResources, Work } from './child';
import { writeLog, writeStrangers } from './logs';
import { eventToMail } from './to-mail';

const logBytes = 128e6;
/** The largest log that is read has 2 GiB. */
const times = 16;
const rounds = 3;
const mails = 100;
/** Of so many failed logins each is from an address of its own. */
const strangers = 1e6;

/** So many times the CPU time of gunzip alone: 70 % of its speed, and 25 %. */
const limits: Partial<Record<Work, number>> = { failures: 1 / 0.7, parse: 1 / 0.25 };
const names: Record<Work, string> = {
  gunzip: 'gunzip alone',
  failures: 'only failures matter',
  parse: 'every line parsed',
  inspect: 'every line parsed, all rules',
};
const works = Object.keys(names) as Work[];
/** How strangers are read: only memory is measured, so once. */
const ofStrangers = {
  failures: 'a million distinct addresses, only failures matter',
  inspect: 'a million distinct addresses, all rules',
} as const satisfies Partial<Record<Work, string>>;
const memoryMb = 100;

/** How fast logs are read against unpacking alone, with how much memory, and how soon a mail is on its way. */
export async function measureAudit(): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-audit-'));
  try {
    const file = join(folder, 'log.gz');
    const script = join(folder, 'child.cjs');
    const written = await writeLog(file, logBytes);
    // As it is deployed: bundled. What reads TypeScript as it runs makes it slower.
    const entryPoints = [join(__dirname, 'child.ts')];
    await build({ entryPoints, outfile: script, bundle: true, platform: 'node', target: 'node20', logLevel: 'error' });
    const all = new Map<Work, TakenResources[]>(works.map((work) => [work, []]));
    for (let round = 0; round < rounds; round += 1)
      for (const work of works) all.get(work)?.push(takenBy(script, work, file, times));
    const best = (work: Work) => [...(all.get(work) ?? [])].sort((a, b) => a.wallMs - b.wallMs)[0] as TakenResources;
    const memory = await memoryOfStrangers(script, join(folder, 'strangers.gz'));
    const checks = [...works.flatMap((work) => checksOf(work, best(work), best('gunzip'))), ...memory.checks];
    const toMail = await eventToMail(mails);
    return {
      title: 'Log audit: reading a connection log',
      rows: [...works.map((work) => rowOf(work, best(work), best('gunzip'), checks)), ...memory.rows],
      notes: [
        `${written.lines.toLocaleString('en-US')} lines, ${Math.round(written.rawBytes / 1e6)} MB, ${times} times as one archive of ${rounded((written.rawBytes * times) / 1e9, 1)} GB unpacked; sessions of four lines among one another, ${written.failures} failed logins`,
        `each row in a process of its own, ${rounds} rounds in turn, the quickest counts; where the machine does other work, compare the CPU time, which is of all threads`,
        `only failures matter: the rules that need sessions are disabled (\`disabledRules\`, or \`muster audit inspect --failures\`)`,
        `from the message of a log of 20 KB to the mail at an SMTP server on this machine, the store in memory, ${mails} times: median ${rounded(percentile(toMail, 0.5), 1)} ms, p99 ${rounded(percentile(toMail, 0.99), 1)} ms. In AWS the calls to S3, DynamoDB and SES come to that, and before all of it that Redshift uploads about hourly`,
      ],
      checks,
      remark: `Log audit: ${rounded(speedOf(best('inspect')), 0)} MB of a connection log in a second with all rules, ${rounded(speedOf(best('failures')), 0)} MB where only failures matter; gunzip alone does ${rounded(speedOf(best('gunzip')), 0)}.`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The memory that a log takes which has much to remember: such a log takes the most. */
async function memoryOfStrangers(script: string, file: string) {
  await writeStrangers(file, strangers);
  const all = Object.entries(ofStrangers).map(([work, of]) => {
    const taken = takenBy(script, work as Work, file, 1);
    if (taken.lines !== strangers) throw new Error(`${of}: ${taken.lines} lines were read`);
    return { of, taken, check: memoryCheck(of, taken) };
  });
  return {
    checks: all.map(({ check }) => check),
    rows: all.map(({ of, taken, check }) => ({
      reading: of,
      'MB/s': Math.round(speedOf(taken)),
      'of gunzip': '-',
      'of its CPU': '-',
      ...usedBy(taken),
      ...verdictOf([check]),
    })),
  };
}

function takenBy(script: string, work: Work, file: string, repeats: number): TakenResources {
  const { status, stdout, stderr } = spawnSync(process.execPath, [nodeOptions, script, work, file, String(repeats)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${work} failed: ${stderr}`);
  return JSON.parse(stdout) as TakenResources;
}

const speedOf = ({ raw, wallMs }: TakenResources) => raw / 1000 / wallMs;

function checksOf(work: Work, taken: TakenResources, gunzip: TakenResources): Check[] {
  const atMost = limits[work];
  const of = names[work];
  return [
    ...(atMost === undefined
      ? []
      : [{ of, what: 'time over gunzip alone', measured: taken.wallMs / gunzip.wallMs, atMost, unit: 'times' }]),
    ...(work === 'gunzip' ? [] : [memoryCheck(of, taken)]),
  ];
}

function memoryCheck(of: string, { peakBytes }: TakenResources): Check {
  return { of, what: 'peak memory', measured: peakBytes / 1e6, atMost: memoryMb, unit: 'MB' };
}

function rowOf(work: Work, taken: TakenResources, gunzip: TakenResources, checks: readonly Check[]) {
  return {
    reading: names[work],
    'MB/s': Math.round(speedOf(taken)),
    'of gunzip': `${Math.round((gunzip.wallMs / taken.wallMs) * 100)} %`,
    'of its CPU': `${Math.round((gunzip.cpuMs / taken.cpuMs) * 100)} %`,
    ...usedBy(taken),
    ...verdictOf(checks.filter(({ of }) => of === names[work])),
  };
}

function usedBy({ lines, wallMs, peakBytes }: TakenResources) {
  return {
    'lines a second': Math.round((lines / wallMs) * 1000),
    'wall s': rounded(wallMs / 1000, 1),
    'peak MB': Math.round(peakBytes / 1e6),
  };
}
