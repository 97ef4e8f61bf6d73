import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { shapesVersion } from '../../functions/fleet/contracts/stored-settings';
import { permissionsReadme, readmeFile } from '../support/permissions/readme';
import { fileOf, folderOf, machines, parts, today, type Golden } from './version';

// `npm run golden`: keeps what the code of today leaves behind as that of its version, and writes the tables of the
// functions' permissions.

void (async () => {
  const { kept, today: tables } = permissionsReadme();
  if (kept !== tables) writeFileSync(readmeFile, tables);
  const existed = await writeVersion(shapesVersion, await today());
  console.log(`test/golden/${shapesVersion} is ${existed ? 'written again' : 'new'}.`);
  if (!existed) return;
  console.log(
    'If a deployment of this version may be there already, take that back (git checkout test/golden) and raise\n' +
      'shapesVersion in functions/fleet/contracts/stored-settings.ts first: what is deployed stays as it was.',
  );
})();

/** Writes a version whole; returns whether it was there before. */
export async function writeVersion(version: number, golden: Golden): Promise<boolean> {
  const folder = folderOf(version);
  const existed = existsSync(folder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const json = (text: string) => format(text, { parser: 'json', printWidth: 120 });
  for (const part of parts) writeFileSync(join(folder, `${part}.json`), await json(JSON.stringify(golden[part])));
  for (const machine of machines) writeFileSync(join(folder, fileOf(machine)), golden.definitions[machine]);
  return existed;
}
