// `npm start`: installs what is missing, then runs the lab (infra/console/lab-main.ts) with the arguments given.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from '../ensure-installed.mjs';

ensureInstalled();
const main = fileURLToPath(new URL('../console/lab-main.ts', import.meta.url));
const { status, signal } = spawnSync(process.execPath, ['--import', 'tsx', main, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(signal === null ? (status ?? 1) : 1);
