import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleFunctions, bundleLimit, type Bundle } from '../../infra/bundling';
import { lambdaEnvironment } from './lambda-environment';
import type { Measured } from './measured';

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
    const rows = bundles.map((bundle) => rowOf(bundle, median(times.get(bundle.file)), bareMs));
    return {
      title: 'Bundles: size, and time to load against bare node',
      rows,
      notes: [
        `limit ${bundleLimit / 1000} KB (of 1000 bytes), minified, not compressed`,
        `init: wall time of \`node\` importing the bundle, median of ${rounds} rounds taken in turn; bare node ${bareMs.toFixed(0)} ms`,
        `${process.version} on this machine, where other work may run beside it: compare within one run only`,
      ],
      withinBudget: bundles.every(({ bytes }) => bytes <= bundleLimit),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowOf({ name, bytes }: Bundle, initMs: number, bareMs: number) {
  return {
    function: name,
    KB: Math.round(bytes / 100) / 10,
    'of limit': `${Math.round((bytes / bundleLimit) * 100)} %`,
    'init x bare': Math.round((initMs / bareMs) * 100) / 100,
    'init over bare, ms': Math.round(initMs - bareMs),
    'within 100 ms': initMs - bareMs <= initLimitMs ? 'yes' : 'no',
  };
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
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
