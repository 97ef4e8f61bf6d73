import { costOf } from '../cost/prices';
import { runWorlds, secondsOf, seriesOf, type Series } from '../launches/bench';
import type { Measurement } from '../measured';
import { definitionOf } from '../../../infra/lab/systems/fleet/deploy-muster';
import { mean, percentile, rounded } from '../statistics';
import { pollInLoops } from '../cost/looped-definition';
import { asQuickAs, measureVariants, overheadOf, type Variant } from '../cost/variants';

export interface LoopsMeasured extends Measurement {
  /** Loops of 30 s. */
  readonly series: readonly Series[];
}

const usualInterval = 30;
const sizes: readonly { launches: number; worlds: number }[] = [
  { launches: 1, worlds: 20 },
  { launches: 10, worlds: 5 },
  { launches: 100, worlds: 1 },
  { launches: 1000, worlds: 1 },
];

/** Muster's way to wait against the same steps polled in Wait-Task-Choice loops: latency and cost side by side. */
export async function measureLoops(): Promise<LoopsMeasured> {
  const [ours, ...loops] = (await measureVariants()) as [Variant, ...Variant[]];
  const equal = asQuickAs(ours, loops);
  const scaleOut = pollInLoops(definitionOf('scale-out'), usualInterval);
  const series: Series[] = [];
  const crowds: string[] = [];
  for (const { launches, worlds } of sizes) {
    const results = await runWorlds(launches, worlds, { scaleOut });
    const crowd = seriesOf(launches, results);
    series.push(crowd);
    const overhead = rounded(percentile(secondsOf(results, 'overhead'), 0.99));
    crowds.push(`${launches} at once: overhead p99 ${overhead} s, ${crowd.failed} failed`);
  }
  return {
    title: 'One launch, in Muster’s way and in Wait-Task-Choice loops (seconds of virtual time, means of 20 worlds)',
    rows: [ours, ...loops].map((variant) => rowOf(variant, ours)),
    notes: [
      'loops: the real state machine, each waiting error caught by a Choice, a Wait of so many seconds and the Task again: three transitions a poll; a success passes no Choice, as it would in the customary shape, which costs one transition more for each step',
      equal === undefined
        ? 'no loop is as quick'
        : `the cheapest loop that is as quick: ${equal.name}; Muster costs ${ratio(ours, equal)} of it (see the bench "cost", which holds it against the target)`,
      `loops of ${usualInterval} s in a crowd: ${crowds.join('; ')}`,
    ],
    checks: [],
    remark: remarkOn(ours, loops, equal),
    series,
  };
}

/** Both comparisons, the one that flatters and the one that does not. */
function remarkOn(ours: Variant, loops: readonly Variant[], equal: Variant | undefined): string {
  const usual = loops.find(({ pollSeconds }) => pollSeconds === usualInterval);
  const told = [usual, equal].flatMap((loop) => (loop === undefined ? [] : [`${loop.name} ${figuresOf(loop)}`]));
  return `Of one launch, overhead and cost of 1,000 such: Muster ${figuresOf(ours)}; the same steps polled in ${told.join(', in ')}, the longest interval that is as quick.`;
}

function figuresOf(variant: Variant): string {
  return `${rounded(overheadOf(variant) / 1000)} s and $${(costOf(variant.usage).total * 1000).toFixed(2)}`;
}

function rowOf(variant: Variant, ours: Variant) {
  const overhead = secondsOf(variant.results, 'overhead');
  const cost = costOf(variant.usage).total;
  return {
    'polled by': variant.name,
    'to service': rounded(mean(secondsOf(variant.results, 'toService'))),
    overhead: rounded(mean(overhead)),
    p99: rounded(percentile(overhead, 0.99)),
    transitions: rounded(variant.usage.transitions),
    invocations: rounded(variant.usage.invocations),
    '$ per 1000 launches': rounded(cost * 1000, 2),
    'Muster costs': ratio(ours, variant),
  };
}

function ratio(ours: Variant, other: Variant): string {
  return `${Math.round((costOf(ours.usage).total / costOf(other.usage).total) * 100)} %`;
}
