import { availableParallelism } from 'node:os';
import type { Rule } from '../../support/probes/policy';
import type { Measurement } from '../measured';
import { mean, percentile, rounded } from '../statistics';
import type { OfSeeds, Seeds } from './policy-child';
import { asked, started } from './processes';

const days = 30;

interface World {
  readonly what: string;
  readonly seeds: number;
  readonly options: Omit<Seeds['options'], 'days'>;
  /** Whether it is held to the aim. */
  readonly isHeld?: true;
}

const worlds: readonly World[] = [
  { what: '3 regions, 1 %', seeds: 100, options: { regions: 3, falseShare: 0.01, correlated: 0.002 }, isHeld: true },
  { what: '2 regions, 1 %', seeds: 10, options: { regions: 2, falseShare: 0.01, correlated: 0.002 } },
  { what: '5 regions, 3 %', seeds: 10, options: { regions: 5, falseShare: 0.03, correlated: 0.002 } },
  {
    what: '3 regions, 1 %, every 10 s',
    seeds: 3,
    options: { regions: 3, falseShare: 0.01, correlated: 0.002, interval: 10 },
  },
];

const rules: Readonly<Record<Rule, string>> = {
  ours: 'ours: more than half of the fresh regions, each certain',
  any: 'any region',
  halfOfLatest: 'half of the latest, one look (the rule of OpenStatus without its tries)',
  halfOfLatestRetried: 'half of the latest, three looks each',
  share18: '3 in a row, well if more than 18 % say so (the rule of Route 53)',
};

/** False alarms and time to detect over thirty days and many seeds, for our rule and those of others. */
export async function measurePolicy(): Promise<Measurement> {
  const children = await Promise.all(Array.from({ length: availableParallelism() }, () => started('policy-child.ts')));
  try {
    const rows: Record<string, string | number>[] = [];
    const checks: Measurement['checks'][number][] = [];
    for (const world of worlds) {
      const results = await seedsOf(
        world,
        children.map(({ child }) => child),
      );
      rows.push(...(Object.keys(rules) as Rule[]).map((rule) => rowOf(world, rule, results)));
      if (world.isHeld !== true) continue;
      const ours = results.map(({ ours: one }) => one);
      const of = `${world.what}, ${world.seeds} seeds of ${days} days`;
      const falseAlarms = ours.reduce((sum, one) => sum + one.falseAlarms, 0);
      checks.push({ of, what: 'false alarms', measured: falseAlarms, atMost: 0, unit: '' });
      const slowest = Math.max(...ours.map(({ detectedAfter }) => detectedAfter));
      checks.push({ of, what: 'an outage is found, the slowest', measured: rounded(slowest), atMost: 120, unit: 's' });
    }
    return {
      title: `Rules over ${days} days: looks that fail by chance, and half of the regions (rounded down) cut off in 2 of 1,000 slots`,
      rows,
      notes: [
        'one true outage of ten minutes in each seed; chance is of each look, so that three in a row fail rarely',
        'found after: from the outage’s begin, at any second, to the message by which it was found. The queue hands a look over up to 2 s late, a function begins within 1 s, a message is home within 5 s',
        'an outage refuses at once, or lets a look wait for the limit of a connection (4 s), of the first byte (10 s) or of all of it (15 s). All together the slowest takes 60 + 3 + 3 × 15 + 2 × 2 + 5 = 117 s',
      ],
      checks,
    };
  } finally {
    for (const { child } of children) child.disconnect();
  }
}

async function seedsOf({ seeds, options }: World, children: readonly Parameters<typeof asked>[0][]): Promise<OfSeeds> {
  const share = Math.ceil(seeds / children.length);
  const parts = children.map((child, n) =>
    asked<OfSeeds>(child, {
      options: { ...options, days },
      from: n * share,
      until: Math.max(n * share, Math.min(seeds, (n + 1) * share)),
    } satisfies Seeds),
  );
  return (await Promise.all(parts)).flat();
}

function rowOf({ what, seeds }: World, rule: Rule, results: OfSeeds) {
  const ofRule = results.map((one) => one[rule]);
  const found = ofRule.map(({ detectedAfter }) => detectedAfter);
  return {
    world: what,
    seeds,
    rule: rules[rule],
    'false alarms a month': rounded(mean(ofRule.map(({ falseAlarms }) => falseAlarms)), 2),
    'found after s, p50': found.includes(Infinity) ? '-' : String(Math.round(percentile(found, 0.5))),
    slowest: String(Math.round(percentile(found, 1))),
  };
}
