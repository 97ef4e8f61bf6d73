import { verdictOf, type Check, type Measurement } from '../measured';
import { runWorld } from '../launches/world';
import { apiNames, Shares, type Api, type Share } from './shares';

// Twenty are the most that act alone.
const sizes = [1, 10, 20, 25, 100, 1000];
const groupCounts = [1, 4, 10];

/** A polite neighbour leaves half of what is published to the others in its account. */
const atMost = 50;

interface World {
  readonly launches: number;
  readonly groups: number;
  readonly shares: ReadonlyMap<Api, Share>;
}

/** Which share of each published limit launches at the same moment take in their worst minute. */
export async function measureShares(): Promise<Measurement> {
  const worlds: World[] = [];
  for (const groups of groupCounts) {
    for (const launches of sizes.filter((size) => size >= groups)) worlds.push(await measured(launches, groups));
  }
  const checksOf = (world: World) => apiNames.map((api) => check(world, api));
  return {
    title: "Share of AWS's published request limits in the worst minute, in percent",
    rows: worlds.map((world) => ({
      launches: world.launches,
      groups: world.groups,
      ...Object.fromEntries(apiNames.map((api) => [api, told(world.shares.get(api))])),
      ...verdictOf(checksOf(world).filter(({ measured: share }) => share > atMost)),
    })),
    notes: [
      'A share is the calls that were let through in the busiest 60 s, over what the limit refills in 60 s; bursts are not counted in, so it can exceed 100.',
      'After a slash: calls that were refused, of all. Those of the reconciler and of people count too.',
      "Auto Scaling's limit is not published: 20 a second are an assumption.",
    ],
    checks: worlds.flatMap(checksOf),
  };
}

async function measured(launches: number, groups: number): Promise<World> {
  let now = () => 0;
  const shares = new Shares(() => now());
  await runWorld({
    launches,
    groups,
    seed: 1,
    interceptPorts: shares.interceptPorts,
    prepare: ({ clock }) => {
      now = () => clock.millis();
    },
  });
  return { launches, groups, shares: new Map(apiNames.map((api) => [api, shares.of(api)])) };
}

function told({ share, refused } = { share: 0, refused: 0 }): string {
  return refused === 0 ? percent(share).toFixed(0) : `${percent(share).toFixed(0)} / ${refused}`;
}

function check({ launches, groups, shares }: World, api: Api): Check {
  const share = percent(shares.get(api)?.share ?? Number.NaN);
  return { of: `${launches} in ${groups} groups`, what: api, measured: share, atMost, unit: '%' };
}

function percent(share: number): number {
  return share * 100;
}
