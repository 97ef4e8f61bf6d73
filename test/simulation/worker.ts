import { isKind } from './narrowing';
import { drawPlan, type Kind } from './plan';
import type { SeedResult } from './pool';
import { simulate } from './simulate';

/** Runs every `step`th seed from `from`, before `end`, and tells its parent of each. */
async function work(from: number, end: number, step: number, kinds?: readonly Kind[]): Promise<void> {
  for (let seed = from; seed < end; seed += step) {
    const { faults, violation, digest, observations, settledAfter, launches } = await simulate(drawPlan(seed, kinds));
    const result: SeedResult = { seed, violation, digest, observations, settledAfter, launches, faults: faults.length };
    await new Promise((resolve) => process.send?.(result, resolve));
  }
}

const [from = 1, end = 1, step = 1] = process.argv.slice(2, 5).map(Number);
const kinds = process.argv[5] ?? 'all';
work(from, end, step, kinds === 'all' ? undefined : kinds.split(',').filter(isKind)).then(
  () => process.disconnect(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
