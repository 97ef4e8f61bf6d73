// `npm run simulate`: installs what is missing, then simulates (main.ts; with --webhooks webhooks/main.ts).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from '../../infra/ensure-installed.mjs';

ensureInstalled();
const main = fileURLToPath(
  new URL(process.argv.includes('--webhooks') ? 'webhooks/main.ts' : 'main.ts', import.meta.url),
);
const { status } = spawnSync(process.execPath, ['--import', 'tsx', main, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
