import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureBundles } from './bundles';
import { measureCost } from './cost/bench';
import { measureLaunches } from './launches/bench';
import { measureLoops } from './loops/bench';
import { describeMachine } from './machine';
import type { Measured } from './measured';
import { measureEngine } from './speed/engine';
import { measureLab } from './speed/lab';
import { showTable } from './table';

/** What is measured, by the name that `npm run bench NAME` takes. */
const benches: Readonly<Record<string, () => Promise<Measured>>> = {
  launches: measureLaunches,
  loops: measureLoops,
  cost: measureCost,
  bundles: measureBundles,
  engine: measureEngine,
  lab: measureLab,
};

const folder = join(__dirname, 'results');

async function main(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.filter((name) => !(name in benches));
  if (unknown.length > 0)
    throw new RangeError(`no bench ${unknown.join(', ')}; of: ${Object.keys(benches).join(', ')}`);
  const machine = describeMachine();
  console.log(`${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, node ${machine.node}`);
  const all: Record<string, Measured> = {};
  for (const [name, measure] of Object.entries(benches)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const measured = await measure();
    all[name] = measured;
    show(measured);
    write(name, { machine, ...measured });
  }
  write('bench', { machine, benches: all });
  console.log(`\nwritten to ${folder}`);
  const missed = Object.entries(all).flatMap(([name, measured]) => measured.missed.map((line) => `${name}: ${line}`));
  for (const line of missed) console.error(`target missed: ${line}`);
  if (missed.length > 0) process.exitCode = 1;
}

function show({ title, rows, notes }: Measured): void {
  console.log(`\n${title}\n\n${showTable(rows)}\n\n${notes.map((note) => `- ${note}`).join('\n')}`);
}

function write(name: string, content: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(content, null, 2)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
