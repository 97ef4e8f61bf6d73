import { isKind } from './plan-filter';
import { drawPlan, type Plan } from './plan';
import type { SeedResult } from './pool';
import { simulate } from './simulate';

/** Runs every `step`th seed from `from`, before `end`, and tells its parent of each. */
async function work(from: number, end: number, step: number, planOf: (seed: number) => Plan): Promise<void> {
  for (let seed = from; seed < end; seed += step) {
    const { faults, violation, digest, observations, settledAfter, launches } = await named(seed, planOf);
    const result: SeedResult = { seed, violation, digest, observations, settledAfter, launches, faults: faults.length };
    await new Promise((resolve) => process.send?.(result, resolve));
  }
}

/** What the simulation itself gets wrong is told with its seed. */
async function named(seed: number, planOf: (seed: number) => Plan): Promise<Awaited<ReturnType<typeof simulate>>> {
  try {
    return await simulate(planOf(seed));
  } catch (error) {
    throw new Error(`seed ${seed}: the simulation itself failed`, { cause: error });
  }
}

// Its parent is gone, and what it finds with it.
process.on('disconnect', () => process.exit());

const [from = 1, end = 1, step = 1] = process.argv.slice(2, 5).map(Number);
const [only = 'all', always = ''] = process.argv.slice(5);
const listed = (text: string) => text.split(',').filter(isKind);
work(from, end, step, (seed) => drawPlan(seed, only === 'all' ? undefined : listed(only), listed(always))).then(
  () => process.disconnect(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
