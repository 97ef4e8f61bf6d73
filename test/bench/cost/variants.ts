import { definitionOf } from '../../../infra/lab/systems/fleet/deploy-muster';
import { costOf, type Usage } from './prices';
import { createMeter, shareOf } from './meter';
import { runWorld, type WorldResult } from '../launches/world';
import { mean } from '../statistics';
import { pollInLoops } from './looped-definition';

/** One way to wait: Muster's own, or loops that poll every so many seconds. */
export interface Variant {
  readonly name: string;
  /** `undefined`: Muster's own. */
  readonly pollSeconds: number | undefined;
  readonly results: readonly WorldResult[];
  /** Of one launch, the mean of all. */
  readonly usage: Usage;
}

/** Largest first: the first that is as quick as Muster is the cheapest that is. */
export const intervals = [30, 20, 15, 10, 8, 6, 5, 4, 3, 2, 1] as const;
const worlds = 20;

/**
 * One launch in twenty worlds, in Muster's way and in loops of each interval; in the worlds of the same seeds, though
 * what is drawn in them later depends on who asks when. Measured once: two benches show it.
 */
export function measureVariants(): Promise<readonly Variant[]> {
  measured ??= measureAll();
  return measured;
}
let measured: Promise<readonly Variant[]> | undefined;

async function measureAll(): Promise<Variant[]> {
  const all = [await measureVariant(undefined, { launches: 1, worlds })];
  for (const interval of intervals) all.push(await measureVariant(interval, { launches: 1, worlds }));
  return all;
}

export async function measureVariant(
  pollSeconds: number | undefined,
  size: { readonly launches: number; readonly worlds: number },
): Promise<Variant> {
  const meter = createMeter();
  const scaleOut = pollSeconds === undefined ? {} : { scaleOut: pollInLoops(definitionOf('scale-out'), pollSeconds) };
  const results: WorldResult[] = [];
  for (let seed = 1; seed <= size.worlds; seed += 1) {
    results.push(await runWorld({ launches: size.launches, seed, ...meter.options, ...scaleOut }));
  }
  const name = pollSeconds === undefined ? 'Muster' : `loops of ${pollSeconds} s`;
  return { name, pollSeconds, results, usage: shareOf(meter.usage(), size.launches * size.worlds) };
}

/** Of a variant, what decides between two. */
export interface Contender {
  readonly results: readonly { readonly times: readonly { readonly overhead: number }[] }[];
  readonly usage: Usage;
}

/** Mean overhead in milliseconds. Not the time to service: the floors of two worlds differ, and so do their waits. */
export function overheadOf({ results }: Contender): number {
  return mean(results.flatMap(({ times }) => times.map(({ overhead }) => overhead)));
}

/** The cheapest of the loops that waste no more time than `ours`. `undefined`: none of them is as quick. */
export function asQuickAs<Loop extends Contender>(ours: Contender, loops: readonly Loop[]): Loop | undefined {
  const quick = loops.filter((loop) => overheadOf(loop) <= overheadOf(ours));
  return quick.sort((left, right) => costOf(left.usage).total - costOf(right.usage).total)[0];
}
