// Installs the dependencies when they are missing or not those of the lock file, so that `npm start` and `npm test`
// work in a fresh clone. Plain JavaScript: it runs before there is anything to compile TypeScript with.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

/**
 * Whether what is installed is what the lock file says. npm writes down what it has installed when it has done so: an
 * install that was cut off left nothing. (Optional packages are those of other platforms.)
 */
function isCurrent() {
  const installed = packagesIn('node_modules/.package-lock.json');
  const wanted = Object.entries(packagesIn('package-lock.json')).filter(([path, { optional }]) => path && !optional);
  return wanted.length > 0 && wanted.every(([path, { version }]) => installed[path]?.version === version);
}

function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(`${root}/${lockFile}`, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}
