import { parseArgs } from 'node:util';
import { killedAnywhere, killedAt, killPoints, type Outcome } from '../../support/webhooks/kill-points';

const help = `Kills the webhooks' processes before and after each of their calls, with answers lost, messages doubled and
out of order and two loaders at once, and compares the table with what was acknowledged.

  npm run simulate -- --webhooks              200 seeds at each point
  npm run simulate -- --webhooks --seeds N --from S

Only points whose name has a text: --only ingress

Exit codes: 0 each event is there once; 1 it is not, with point and seed, or a world came to its end without a kill at its
point, which is then no proof; 2 the command line is wrong.
`;

interface Place {
  readonly name: string;
  /** A process is killed at it in each world; elsewhere by chance, and so in some worlds never. */
  readonly isPoint?: true;
  readonly live: (seed: number) => Promise<Outcome>;
}

const places: readonly Place[] = [
  ...killPoints.map((point) => ({
    name: `${point.when} ${point.call}`,
    isPoint: true as const,
    live: (seed: number) => killedAt(point, seed),
  })),
  { name: 'anywhere', live: (seed) => killedAnywhere(seed) },
  { name: 'anywhere, rows refused', live: (seed) => killedAnywhere(seed, { bad: true }) },
];

/** @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = {
    webhooks: { type: 'boolean' },
    seeds: { type: 'string' },
    from: { type: 'string' },
    only: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help === true) {
    console.log(help);
    return 0;
  }
  const [seeds, from] = [whole('seeds', values.seeds ?? '200', 1), whole('from', values.from ?? '0', 0)];
  const began = process.hrtime.bigint();
  let failed = 0;
  const chosen = places.filter(({ name }) => name.includes(values.only ?? ''));
  if (chosen.length === 0) throw new TypeError(`--only ${values.only}: no point has such a name`);
  for (const { name, isPoint, live } of chosen) {
    const sum = { acknowledged: 0, kills: 0, redrives: 0 };
    let unhurt = 0;
    for (let seed = from; seed < from + seeds; seed += 1) {
      const { violations, acknowledged, kills, redrives } = await live(seed);
      sum.acknowledged += acknowledged;
      sum.kills += kills;
      if (kills === 0) unhurt += 1;
      sum.redrives += redrives;
      if (violations.length > 0) failed += 1;
      for (const violation of violations) console.error(`${name}, seed ${seed}: ${violation}`);
    }
    // "N seeds" says nothing of a point that they do not reach.
    const isProof = isPoint === true ? unhurt === 0 : unhurt < seeds;
    if (!isProof) failed += unhurt;
    if (!isProof) console.error(`${name}: in ${unhurt} of ${seeds} worlds no process was killed`);
    console.log(
      `${name.padEnd(34)} ${seeds} seeds, ${sum.kills} kills, ${sum.redrives} redrives, ${sum.acknowledged} events acknowledged`,
    );
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  console.log(`\n${chosen.length * seeds} worlds, ${failed} failed, in ${seconds.toFixed(0)} s`);
  return failed === 0 ? 0 : 1;
}

function whole(option: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least) return value;
  throw new TypeError(`--${option} takes a whole number from ${least}, got ${text}`);
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? `${error.message}\n\n${help}` : error);
    process.exitCode = 2;
  },
);
