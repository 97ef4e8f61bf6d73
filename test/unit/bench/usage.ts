import { createMeter } from '../../bench/cost/meter';
import { runWorld, type WorldOptions } from '../../bench/launches/world';

/** One launch, and what it used up. */
export async function countOf(options: Pick<WorldOptions, 'scaleOut'>) {
  const meter = createMeter();
  const result = await runWorld({ launches: 1, seed: 1, ...meter.options, ...options });
  return { result, usage: meter.usage() };
}
