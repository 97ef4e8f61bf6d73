import { invocationMs } from '../assumptions';
import { verdictOf, type Check, type Measurement } from '../measured';
import { percentile, rounded } from '../statistics';
import { demandsOf, drainMs, tightest } from './bound';
import { runWorld, type WorldOptions, type WorldResult } from './world';

/** Launches at the same moment, and how many worlds of them: one alone proves little where there is little in it. */
const sizes: readonly { launches: number; worlds: number }[] = [
  { launches: 1, worlds: 20 },
  { launches: 10, worlds: 5 },
  { launches: 100, worlds: 3 },
  { launches: 1000, worlds: 1 },
];

/** README, "How fast". */
const targets = { overheadMs: { 1: 10_000, 100: 30_000 } as Readonly<Record<number, number>>, overBound: 1.5 };

/** What the picture shows of one size: seconds, the middle one of all launches. */
export interface Series {
  readonly launches: number;
  readonly toService: number;
  readonly floor: number;
  /** Executions that failed, in all worlds. */
  readonly failed: number;
}

export interface LaunchesMeasured extends Measurement {
  readonly series: readonly Series[];
}

/** Time to service and orchestration overhead of launches at the same moment, under AWS's published API limits. */
export async function measureLaunches(): Promise<LaunchesMeasured> {
  const all: { size: number; results: WorldResult[] }[] = [];
  for (const { launches, worlds } of sizes) {
    all.push({ size: launches, results: await runWorlds(launches, worlds) });
  }
  const checksOf = ({ size, results }: (typeof all)[number]) => checks(size, results);
  return {
    title: "Launches of one group at the same moment, under AWS's published API limits (seconds of virtual time)",
    rows: all.map((one) => rowOf(one.size, one.results, checksOf(one))),
    notes: [...definitions, ...all.flatMap(({ size, results }) => (size === 1000 ? boundNotes(results) : []))],
    checks: all.flatMap(checksOf),
    series: all.map(({ size, results }) => seriesOf(size, results)),
  };
}

/** The same launches in so many worlds, of the seeds 1, 2, 3 … */
export async function runWorlds(
  launches: number,
  worlds: number,
  options: Omit<WorldOptions, 'launches' | 'seed'> = {},
): Promise<WorldResult[]> {
  const results: WorldResult[] = [];
  for (let seed = 1; seed <= worlds; seed += 1) results.push(await runWorld({ ...options, launches, seed }));
  return results;
}

/** The times of all launches of all worlds, in seconds. */
export function secondsOf(results: readonly WorldResult[], what: 'toService' | 'floor' | 'overhead'): number[] {
  return results.flatMap(({ times }) => times.map((time) => time[what] / 1000));
}

export function seriesOf(launches: number, results: readonly WorldResult[]): Series {
  const middle = (what: 'toService' | 'floor') => rounded(percentile(secondsOf(results, what), 0.5));
  const failed = results.reduce((sum, one) => sum + one.failedExecutions, 0);
  return { launches, toService: middle('toService'), floor: middle('floor'), failed };
}

function rowOf(launches: number, results: readonly WorldResult[], held: readonly Check[]) {
  const overhead = secondsOf(results, 'overhead');
  const sum = (what: 'failedExecutions' | 'abandoned' | 'duplicates') =>
    results.reduce((total, result) => total + result[what], 0);
  return {
    launches,
    worlds: results.length,
    'to service p50': rounded(percentile(secondsOf(results, 'toService'), 0.5)),
    'floor p50': rounded(percentile(secondsOf(results, 'floor'), 0.5)),
    'overhead p50': rounded(percentile(overhead, 0.5)),
    p99: rounded(percentile(overhead, 0.99)),
    max: rounded(percentile(overhead, 1)),
    makespan: rounded(makespan(results) / 1000),
    failed: sum('failedExecutions'),
    abandoned: sum('abandoned'),
    'index twice': sum('duplicates'),
    ...verdictOf(held),
  };
}

function checks(launches: number, results: readonly WorldResult[]): Check[] {
  const limit = targets.overheadMs[launches];
  const of = `${launches} at once`;
  const wrong = results.reduce((sum, one) => sum + one.failedExecutions + one.abandoned + one.duplicates, 0);
  const missing = results.reduce((sum, { records }) => sum + launches - records.length, 0);
  const all: Check[] = [{ of, what: 'failed, abandoned or doubled', measured: wrong + missing, atMost: 0, unit: '' }];
  if (limit !== undefined) {
    const p99 = percentile(secondsOf(results, 'overhead'), 0.99);
    all.unshift({ of, what: 'overhead p99', measured: p99, atMost: limit / 1000, unit: 's' });
  }
  if (launches === 1000) {
    const atMost = (boundMs(results) * targets.overBound) / 1000;
    all.unshift({ of, what: 'makespan', measured: makespan(results) / 1000, atMost, unit: 's' });
  }
  return all;
}

function makespan(results: readonly WorldResult[]): number {
  return Math.max(...results.map((result) => result.makespan ?? NaN));
}

/** No system could have the last of these instances in service sooner, give or take the order of its calls. */
function boundMs(results: readonly WorldResult[]): number {
  const { launches } = results[0] as WorldResult;
  const slowest = Math.max(
    ...results.flatMap(({ times }) => times.map(({ floor, autoScaling }) => floor + autoScaling)),
  );
  return drainMs(tightest(demandsOf(launches))) + slowest;
}

function boundNotes(results: readonly WorldResult[]): string[] {
  const { launches } = results[0] as WorldResult;
  const demands = demandsOf(launches).map(
    (demand) => `${demand.limit} ${demand.calls} calls, ${rounded(drainMs(demand) / 1000)} s`,
  );
  return [
    `what the tightest API limit allows ${launches}: ${rounded(boundMs(results) / 1000)} s, the longest of (calls - bucket) / refill for calls that can be neither shared nor batched, plus the slowest floor with what Auto Scaling itself takes`,
    `calls: ${demands.join('; ')}`,
  ];
}

const definitions = [
  'to service: from the launch of the instance to InService',
  'floor, of each launch by itself, from what its world really did: DNS change accepted to INSYNC, plus start to end of its two builds, plus registered (or built, if later) to the first moment the target could be seen healthy',
  'overhead: from the event of the launch hook to the completed lifecycle action, less the floor; what Auto Scaling takes before and after (Pending to Pending:Wait, completed to InService) is in neither',
  'makespan: from the first launch to the last instance in service',
  `every invocation of a function takes ${invocationMs} ms; Jenkins has an executor for each build; Step Functions' own time between states is not modelled`,
];
