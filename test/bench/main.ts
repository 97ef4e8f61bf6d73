import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureBundles } from './bundles';
import { measureConsole } from './console';
import { measureCost } from './cost/bench';
import { measureLaunches } from './launches/bench';
import { measureLoops } from './loops/bench';
import { measureAudit } from './audit/bench';
import { describeMachine, type Machine } from './machine';
import { missedOf, type Measurement } from './measured';
import { summaryOf, withFigures } from './readme';
import { measureProbes } from './probes/bench';
import { measureJudge } from './probes/judge';
import { measurePolicy } from './probes/policy';
import { measureWorlds } from './probes/worlds';
import { measureShares } from './shares/bench';
import { plotTimeToService } from './plot/time-to-service';
import { measureEngine } from './speed/engine';
import { measureLab } from './speed/lab';
import { showTable } from './table';
import { measureWebhooks } from './webhooks/bench';

/** What is measured, by the name that `npm run bench NAME` takes. */
const benches = {
  launches: measureLaunches,
  shares: measureShares,
  loops: measureLoops,
  cost: measureCost,
  bundles: measureBundles,
  console: measureConsole,
  engine: measureEngine,
  lab: measureLab,
  probes: measureProbes,
  judge: measureJudge,
  policy: measurePolicy,
  worlds: measureWorlds,
  audit: measureAudit,
  webhooks: measureWebhooks,
} as const satisfies Record<string, () => Promise<Measurement>>;

type BenchName = keyof typeof benches;
type Results = { [Name in BenchName]?: Awaited<ReturnType<(typeof benches)[Name]>> };

const root = join(__dirname, '../..');
const results = join(__dirname, 'results');
const plots = join(__dirname, 'plots');

const help = `Measures Muster in the lab, and holds the figures against their targets.

  npm run bench                  everything (some minutes)
  npm run bench NAME …           some of it: ${Object.keys(benches).join(', ')}
  npm run bench -- --plot        everything, and puts picture and figures into the README

Exit codes: 0 all targets are met; 1 one is missed; 2 the command line is wrong.
`;

/** The command line is wrong. */
class UsageError extends Error {}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(help);
    return;
  }
  const wanted = namesIn(args);
  const machine = describeMachine();
  console.log(
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, node ${machine.node}, ${machine.at}`,
  );
  const all: Record<string, Measurement> = {};
  for (const name of wanted) {
    const measured = await benches[name]();
    all[name] = measured;
    show(measured);
    write(results, `${name}.json`, inJson({ machine, ...measured }));
  }
  write(results, 'bench.json', inJson({ machine, benches: all }));
  console.log(`\nwritten to ${results}`);
  if (args.includes('--plot')) publish(all, machine);
  const missed = Object.entries(all).flatMap(([name, { checks }]) =>
    missedOf(checks).map((line) => `${name}: ${line}`),
  );
  for (const line of missed) console.error(`target missed: ${line}`);
  if (missed.length > 0) process.exitCode = 1;
}

/** All of them, unless some are named. */
function namesIn(args: readonly string[]): BenchName[] {
  const all = Object.keys(benches) as BenchName[];
  const named = args.filter((arg) => arg !== '--plot');
  const unknown = named.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) throw new UsageError(`no bench ${unknown.join(', ')}; of: ${all.join(', ')}, --plot`);
  const wanted = named.length === 0 ? all : all.filter((name) => named.includes(name));
  // Said before minutes are spent on measuring.
  if (args.includes('--plot') && !(wanted.includes('launches') && wanted.includes('loops'))) {
    throw new UsageError('--plot draws what launches and loops have measured: name both, or none');
  }
  return wanted;
}

/**
 * Draws what this run has measured, and puts its figures into the README; never an older result, which may be that of
 * other code.
 */
function publish(all: Results, machine: Machine): void {
  const { launches, loops } = all;
  if (launches === undefined || loops === undefined) return;
  write(plots, 'time-to-service.svg', plotTimeToService(launches.series, loops.series));
  console.log(`drawn into ${plots}`);
  if (Object.keys(all).length < Object.keys(benches).length) return;
  const readme = join(root, 'README.md');
  writeFileSync(readme, withFigures(readFileSync(readme, 'utf8'), summaryOf(Object.values(all), machine)));
  console.log(`figures put into ${readme}`);
}

function show({ title, rows, notes }: Measurement): void {
  console.log(`\n${title}\n\n${showTable(rows)}\n\n${notes.map((note) => `- ${note}`).join('\n')}`);
}

function inJson(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

function write(folder: string, file: string, content: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), content);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isUsage = error instanceof UsageError;
  console.error(isUsage ? `${error.message}\n\n${help}` : error);
  process.exitCode = isUsage ? 2 : 1;
});
