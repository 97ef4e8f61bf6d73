import { availableParallelism } from 'node:os';
import { worlds, type WorldTrial } from '../../support/probes/world-list';
import type { Check, Measurement } from '../measured';
import { percentile, rounded } from '../statistics';
import { asked, started } from './processes';
import type { Outcomes, WorldSeeds } from './worlds-child';

const seeds = Array.from({ length: 20 }, (_, n) => 2000 + n);

/** The judge in worlds where more goes wrong than looks by chance: people get reports of outages, and of nothing else. */
export async function measureWorlds(): Promise<Measurement> {
  const children = await Promise.all(Array.from({ length: availableParallelism() }, () => started('worlds-child.ts')));
  try {
    const rows: Record<string, string | number>[] = [];
    const checks: Check[] = [];
    for (const tried of worlds) {
      const parts = children.map(({ child }, place) =>
        asked<Outcomes>(child, {
          world: tried.world,
          seeds: seeds.filter((_, at) => at % children.length === place),
        } satisfies WorldSeeds),
      );
      const outcomes = (await Promise.all(parts)).flat();
      const { row, held } = figuresOf(tried, outcomes);
      rows.push(row);
      checks.push(...held);
    }
    return {
      title: `The judge in ${worlds.length} worlds, ${seeds.length} seeds each: an outage every two hours, half of them of two minutes`,
      rows,
      notes: [
        'found after: from the outage’s begin to the mail that goes out at once; from the end of what muted it, where the judge is down or mail is',
        'where most regions are heard every 15 minutes only, nothing can be found earlier, and the target is unknown',
        'regional problems not named: a problem of one region that was reported otherwise, or not; silences not reported: of all regions',
      ],
      checks,
    };
  } finally {
    for (const { child } of children) child.disconnect();
  }
}

function figuresOf({ what, world, foundWithin, unknownsADay }: WorldTrial, outcomes: Outcomes) {
  const days = (outcomes.length * world.hours) / 24;
  const sum = (of: (one: Outcomes[number]) => number) => outcomes.reduce((total, one) => total + of(one), 0);
  const found = outcomes.flatMap((one) => one.found);
  const slowest = Math.max(...found);
  const unknowns = sum((one) => one.unknowns) / days;
  const figures = {
    'false alarms': sum((one) => one.falseAlarms),
    'regional problems not named': sum((one) => one.unnamed),
    'silences not reported': sum((one) => one.untold),
    'mails while muted': sum((one) => one.unmuted),
  };
  const held: Check[] = [
    ...Object.entries(figures).map(([name, measured]) => ({ of: what, what: name, measured, atMost: 0, unit: '' })),
    {
      of: what,
      what: 'mails about an unknown state a day',
      measured: rounded(unknowns, 1),
      atMost: unknownsADay,
      unit: '',
    },
    ...(foundWithin === undefined
      ? []
      : [{ of: what, what: 'slowest detection', measured: rounded(slowest), atMost: foundWithin, unit: 's' }]),
  ];
  const row = {
    world: what,
    outages: found.length,
    'found after s, p50': Math.round(percentile(found, 0.5)),
    slowest: Math.round(slowest),
    ...figures,
    'about an unknown state a day': rounded(unknowns, 1),
    'mails a day': rounded(sum((one) => one.mails) / days, 1),
    'in digests a day': rounded(sum((one) => one.digested) / days, 1),
  };
  return { row, held };
}
