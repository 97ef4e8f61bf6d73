// Installs the dependencies when they are missing or older than the lock file, so that `npm start` and `npm test`
// work in a fresh clone. Plain JavaScript: it runs before there is anything to compile TypeScript with.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 9)) {
    console.error(`Muster needs Node.js 20.9 or newer; this is ${process.versions.node}.`);
    process.exit(1);
  }
  if (isCurrent()) return;
  console.error('Installing dependencies (once) ...');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed; see above.');
    process.exit(1);
  }
}

/** npm writes node_modules/.package-lock.json last: an install that was cut off has none. */
function isCurrent() {
  const installed = `${root}/node_modules/.package-lock.json`;
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}/package-lock.json`).mtimeMs - 1000;
}
