// `npm run golden`: installs what is missing, then keeps the shapes of today (main.ts).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from '../../infra/ensure-installed.mjs';

ensureInstalled();
const main = fileURLToPath(new URL('main.ts', import.meta.url));
const { status } = spawnSync(process.execPath, ['--import', 'tsx', main, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
