import { own } from '../../../shared/own';
import { latencyStep, numbersIn, type Points } from './points';
import type { Latencies } from './state';
import { newTarget, type RegionVote, type SlotVotes, type TargetState } from './target';

/** What is stored of a target: its state, and its latencies; both change with every slot. */
export interface TargetRecord {
  readonly state: TargetState;
  readonly latency: Latencies;
}

/**
 * A target record in small, as JSON: each slot is a list of numbers, since there are up to 900 of them and DynamoDB charges by
 * the kilobyte.
 */
export interface PackedTarget {
  readonly version: 1;
  readonly regions: readonly string[];
  /** The distinct votes; `steps` refers to them by position. */
  readonly votes: readonly RegionVote[];
  /** Of each step: seconds since the step before, then for each of `regions` the position in `votes`, -1 for none. Trailing -1 are left out. */
  readonly steps: readonly (readonly number[])[];
  readonly folds: Pick<TargetState, 'base' | 'before' | 'last'>;
  /** By region, alternating: seconds since the point before, and tenths of a millisecond. */
  readonly latency: Readonly<Record<string, readonly number[]>>;
}

export function packTarget({ state, latency }: TargetRecord): PackedTarget {
  const { base, before, last, steps } = state;
  const regions = regionsIn(steps);
  const { votes, placeOf } = numbered();
  const packed = steps.map((step, at) => {
    const since = step.slot - (steps[at - 1]?.slot ?? 0);
    const line = regions.map((region) => placeOf(own(step.votes, region)));
    line.length = line.findLastIndex((place) => place >= 0) + 1;
    line.unshift(since);
    return line;
  });
  const latencies = Object.entries(latency).map(([region, points]) => [
    region,
    numbersIn(points).map((one, at, all) => (at % 2 === 0 ? one - (all[at - 2] ?? 0) : Math.round(one / latencyStep))),
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

function regionsIn(steps: readonly SlotVotes[]): string[] {
  const found = new Set<string>();
  for (const { votes } of steps) for (const region of Object.keys(votes)) found.add(region);
  return [...found].sort();
}

/** Numbers distinct votes. An object that was seen before is found without comparing it again. */
function numbered() {
  const places = new Map<RegionVote | string, number>();
  const votes: RegionVote[] = [];
  const placeOf = (vote: RegionVote | undefined): number => {
    if (vote === undefined) return -1;
    const seen = places.get(vote);
    if (seen !== undefined) return seen;
    const key = `${vote.vote} ${vote.reason ?? ''}`;
    const place = places.get(key) ?? votes.push(vote) - 1;
    places.set(key, place).set(vote, place);
    return place;
  };
  return { votes, placeOf };
}

/** The record of a target of which nothing is known yet; what is read from the store is checked against its shape. */
export const packedExample = packTarget({ state: newTarget, latency: {} });

export function unpackTarget({ regions, votes, steps, folds, latency }: PackedTarget): TargetRecord {
  let slot = 0;
  const unpacked = steps.map(([since = 0, ...line]): SlotVotes => {
    slot += since;
    const known: Record<string, RegionVote> = {};
    for (const [at, place] of line.entries()) {
      const [region, vote] = [regions[at], votes[place]];
      if (region !== undefined && vote !== undefined) known[region] = vote;
    }
    return { slot, votes: known };
  });
  const latencies = Object.entries(latency).map(([region, numbers]) => [region, pointsOf(numbers)]);
  return { state: { ...folds, steps: unpacked }, latency: Object.fromEntries(latencies) as Latencies };
}

function pointsOf(numbers: readonly number[]): Points {
  let slot = 0;
  return { older: numbers.map((one, at) => (at % 2 === 0 ? (slot += one) : one * latencyStep)), newest: [] };
}
