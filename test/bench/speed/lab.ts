import { verdictOf, type Check, type Measurement } from '../measured';
import { rounded } from '../statistics';
import type { TakenResources, Work } from './child';
import { megabytes, takenBy } from './in-child';

/** README, "How fast", of 1,000 launches. */
const launches = 1_000;
const limits = { wallS: 10, peakMb: 300 } as const;

const labs: readonly { work: Work; name: string }[] = [
  { work: 'lab', name: 'as it stands' },
  { work: 'lab-under-limits', name: "under AWS's API limits" },
];

/** How long the lab takes on the wall for a thousand launches at once, and how much memory. */
export async function measureLab(): Promise<Measurement> {
  const all: { name: string; taken: TakenResources }[] = [];
  // One after the other: they would disturb one another.
  for (const { work, name } of labs) all.push({ name, taken: await takenBy(work, launches) });
  return {
    title: `The lab: ${launches} launches of one group at the same moment`,
    rows: all.map(({ name, taken }) => ({
      lab: name,
      'wall s': rounded(taken.wallMs / 1000, 2),
      'cpu s': rounded(taken.cpuMs / 1000, 2),
      'loaded MB': megabytes(taken.loadedBytes),
      'peak MB': megabytes(taken.peakBytes),
      ...verdictOf(checks(name, taken)),
    })),
    notes: [
      'each row in a fresh process, until the last instance is in service; the time to load it is not in it',
      'cpu: of all threads of the process; wall far above it means that the machine had other things to do',
    ],
    checks: all.flatMap(({ name, taken }) => checks(name, taken)),
  };
}

function checks(name: string, { wallMs, peakBytes }: TakenResources): Check[] {
  const of = `${launches} launches, ${name}`;
  return [
    { of, what: 'wall', measured: wallMs / 1000, atMost: limits.wallS, unit: 's' },
    { of, what: 'peak', measured: peakBytes / 1e6, atMost: limits.peakMb, unit: 'MB' },
  ];
}
