import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureBundles } from './bundles';
import type { Measured } from './measured';
import { showTable } from './table';

/** What is measured, by the name that `npm run bench NAME` takes. */
const benches: Readonly<Record<string, () => Promise<Measured>>> = { bundles: measureBundles };

const folder = join(__dirname, 'results');

async function main(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.filter((name) => !(name in benches));
  if (unknown.length > 0)
    throw new RangeError(`no bench ${unknown.join(', ')}; of: ${Object.keys(benches).join(', ')}`);
  for (const [name, measure] of Object.entries(benches)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const measured = await measure();
    console.log(`\n${measured.title}\n\n${showTable(measured.rows)}\n\n${measured.notes.join('\n')}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ node: process.version, ...measured }, null, 2)}\n`);
    if (!measured.withinBudget) process.exitCode = 1;
  }
  console.log(`\nwritten to ${folder}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
