import { own } from '../../../shared/own';
import type { Latencies } from './state';
import type { RegionVote, Step, TargetState } from './target';

/** What is stored of a target beside its state: both change with every slot. */
export interface TargetRecord {
  readonly state: TargetState;
  readonly latency: Latencies;
}

/**
 * The same, small: a slot is a list of numbers, since there are up to nine hundred of them and a store is paid for by
 * the kilobyte. JSON.
 */
export interface PackedTarget {
  readonly version: 1;
  readonly regions: readonly string[];
  /** Each vote that occurs, once. */
  readonly votes: readonly RegionVote[];
  /** Seconds since the step before, then for each of `regions` which of `votes`, -1 for none; none at the end left out. */
  readonly steps: readonly (readonly number[])[];
  readonly folds: Pick<TargetState, 'base' | 'before' | 'last'>;
  /** By region: seconds since the one before, and tenths of a millisecond, in turn. */
  readonly latency: Readonly<Record<string, readonly number[]>>;
}

/** Latencies are kept no finer than that, in microseconds. */
export const latencyStep = 100;

export function packTarget({ state, latency }: TargetRecord): PackedTarget {
  const { base, before, last, steps } = state;
  const regions = [...new Set(steps.flatMap(({ votes }) => Object.keys(votes)))].sort();
  const places = new Map<string, number>();
  const votes: RegionVote[] = [];
  const placeOf = (vote: RegionVote | undefined): number => {
    if (vote === undefined) return -1;
    const key = `${vote.vote} ${vote.reason ?? ''}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, votes.length);
    return votes.push(vote) - 1;
  };
  const packed = steps.map((step, at) => {
    const since = step.slot - (steps[at - 1]?.slot ?? 0);
    const line = regions.map((region) => placeOf(own(step.votes, region)));
    return [since, ...line.slice(0, line.findLastIndex((place) => place >= 0) + 1)];
  });
  const latencies = Object.entries(latency).map(([region, points]) => [
    region,
    points.flatMap(([slot, micros], at) => [slot - (points[at - 1]?.[0] ?? 0), Math.round(micros / latencyStep)]),
  ]);
  return {
    version: 1,
    regions,
    votes,
    steps: packed,
    folds: { base, before, last },
    latency: Object.fromEntries(latencies) as PackedTarget['latency'],
  };
}

export function unpackTarget({ regions, votes, steps, folds, latency }: PackedTarget): TargetRecord {
  let slot = 0;
  const unpacked = steps.map(([since = 0, ...line]): Step => {
    slot += since;
    const known = line.flatMap((place, at) => {
      const [region, vote] = [regions[at], votes[place]];
      return region === undefined || vote === undefined ? [] : [[region, vote] as const];
    });
    return { slot, votes: Object.fromEntries(known) };
  });
  const latencies = Object.entries(latency).map(([region, numbers]) => [region, pointsOf(numbers)]);
  return { state: { ...folds, steps: unpacked }, latency: Object.fromEntries(latencies) as Latencies };
}

function pointsOf(numbers: readonly number[]): [number, number][] {
  let slot = 0;
  return Array.from({ length: Math.floor(numbers.length / 2) }, (_, at): [number, number] => {
    slot += numbers[2 * at] ?? 0;
    return [slot, (numbers[2 * at + 1] ?? 0) * latencyStep];
  });
}
