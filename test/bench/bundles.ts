import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleFunctions, bundleLimit, type Bundle } from '../../infra/bundling';
import { lambdaEnvironment } from './lambda-environment';
import { verdictOf, type Check, type Measured } from './measured';
import { percentile } from './statistics';

const rounds = 11;
/** DESIGN 11: over bare node. */
const initLimitMs = 100;

/** How large each function is as it is deployed, and how long node takes to load it, against an empty module. */
export async function measureBundles(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  try {
    const bundles = await bundleFunctions(folder);
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, '');
    const times = timesOf([empty, ...bundles.map(({ file }) => file)]);
    const bareMs = median(times.get(empty));
    const overBare = ({ file }: Bundle) => median(times.get(file)) - bareMs;
    const rows = bundles.map((bundle) => rowOf(bundle, overBare(bundle), bareMs));
    return {
      title: 'Bundles: size, and time to load against bare node',
      rows,
      notes: [
        `limit ${bundleLimit / 1000} KB (of 1000 bytes), minified, not compressed`,
        `init: wall time of \`node\` importing the bundle, median of ${rounds} rounds taken in turn; bare node ${bareMs.toFixed(0)} ms`,
        `${process.version} on this machine, where other work may run beside it: compare within one run only`,
      ],
      checks: worst(bundles, overBare),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowOf(bundle: Bundle, overMs: number, bareMs: number) {
  const { name, bytes } = bundle;
  return {
    function: name,
    KB: Math.round(bytes / 100) / 10,
    'of limit': `${Math.round((bytes / bundleLimit) * 100)} %`,
    'init x bare': Math.round(((bareMs + overMs) / bareMs) * 100) / 100,
    'init over bare, ms': Math.round(overMs),
    ...verdictOf([sizeOf(bundle), initOf(bundle, overMs)]),
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
function timesOf(files: readonly string[]): Map<string, number[]> {
  const times = new Map<string, number[]>(files.map((file) => [file, []]));
  for (let round = 0; round < rounds; round += 1) for (const file of files) times.get(file)?.push(loadMs(file));
  return times;
}

function loadMs(file: string): number {
  const before = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, [`--import=${pathToFileURL(file).href}`, '--eval', ''], {
    env: lambdaEnvironment(),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${file} does not load: ${stderr}`);
  return Number(process.hrtime.bigint() - before) / 1e6;
}

function median(values: readonly number[] = []): number {
  return percentile(values, 0.5);
}
