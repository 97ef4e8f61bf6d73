import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleFunctions, bundleLimit, type Bundle } from '../../infra/bundling';
import { lambdaEnvironment } from './lambda-environment';
import { otherSystemsEnvironment } from './other-systems-environment';
import { verdictOf, type Check, type Measurement } from './measured';
import { percentile } from './statistics';

type Environment = Readonly<Record<string, string>>;

const rounds = 11;
/** README, "How fast": over bare node. */
const initLimitMs = 100;

/** How large each function is as it is deployed, and how long node takes to load it, against an empty module. */
export async function measureBundles(): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  try {
    const bundles = await bundleFunctions(folder);
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, '');
    const environment = { ...lambdaEnvironment(), ...otherSystemsEnvironment(folder) };
    const times = timesOf([empty, ...bundles.map(({ file }) => file)], environment);
    const over = (of: (values?: readonly number[]) => number) => (bundle: Bundle) =>
      of(times.get(bundle.file)) - of(times.get(empty));
    const overBare = over(fastest);
    const rows = bundles.map((bundle) => rowOf(bundle, overBare(bundle), over(median)(bundle)));
    return {
      title: 'Bundles: size, and time to load against bare node',
      rows,
      notes: [
        `limit ${bundleLimit / 1000} KB (of 1000 bytes), minified, not compressed`,
        `init: wall time of \`node\` importing the bundle, less that of an empty module; ${rounds} rounds taken in turn. The fastest counts: whatever else the machine does can only make it slower`,
        `bare node: fastest ${fastest(times.get(empty)).toFixed(0)} ms, median ${median(times.get(empty)).toFixed(0)} ms`,
        `${process.version} on this machine, where other work may run beside it: compare within one run only`,
      ],
      checks: worst(bundles, overBare),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowOf(bundle: Bundle, fastestMs: number, medianMs: number) {
  return {
    function: bundle.name,
    KB: Math.round(bundle.bytes / 100) / 10,
    'of limit': `${Math.round((bundle.bytes / bundleLimit) * 100)} %`,
    'init over bare, ms': Math.round(fastestMs),
    median: Math.round(medianMs),
    ...verdictOf([sizeOf(bundle), initOf(bundle, fastestMs)]),
  };
}

function sizeOf({ name, bytes }: Bundle): Check {
  return { of: name, what: 'bundle', measured: bytes / 1000, atMost: bundleLimit / 1000, unit: 'KB' };
}

function initOf({ name }: Bundle, overMs: number): Check {
  return { of: name, what: 'init over bare node', measured: overMs, atMost: initLimitMs, unit: 'ms' };
}

/** The largest, and the slowest. */
function worst(bundles: readonly Bundle[], overBare: (bundle: Bundle) => number): Check[] {
  const most = (figure: (bundle: Bundle) => number) =>
    bundles.reduce((highest, bundle) => (figure(bundle) > figure(highest) ? bundle : highest));
  const [largest, slowest] = [most(({ bytes }) => bytes), most(overBare)];
  return [sizeOf(largest), initOf(slowest, overBare(slowest))];
}

/** In turn, so that whatever else the machine does meets all of them alike. */
function timesOf(files: readonly string[], environment: Environment): Map<string, number[]> {
  const times = new Map<string, number[]>(files.map((file) => [file, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const file of files) times.get(file)?.push(loadMs(file, environment));
  }
  return times;
}

function loadMs(file: string, env: Environment): number {
  const before = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, [`--import=${pathToFileURL(file).href}`, '--eval', ''], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${file} does not load: ${readable(stderr)}`);
  return Number(process.hrtime.bigint() - before) / 1e6;
}

/** Without the lines of the minified bundle that node shows. */
function readable(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && line.length < 300)
    .join('\n');
}

function fastest(values: readonly number[] = []): number {
  return percentile(values, 0);
}

function median(values: readonly number[] = []): number {
  return percentile(values, 0.5);
}
