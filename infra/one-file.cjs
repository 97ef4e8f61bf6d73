// Puts a program of this tree into one file of JavaScript: `npm start` runs its lab from one, and the simulation its
// workers. It runs a fifth faster than under `tsx`, which calls `Object.defineProperty` for every inner function whenever
// it is made, so that it keeps its name. Plain JavaScript, since it comes before there
// is anything that could read TypeScript. Types: one-file.d.cts.
const { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } = require('node:fs');
const { readFile } = require('node:fs/promises');
const { dirname, join } = require('node:path');

/** Node finds the lines of TypeScript in the map at the file's end, so stacks are those of the source. */
const readableStacks = '--enable-source-maps';

async function intoOneFile(entry, root) {
  // Only now: `npm start` installs it.
  const esbuild = require('esbuild');
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  removeLeftovers(cache);
  const folder = mkdtempSync(join(cache, `one-file-${process.pid}-`));
  const file = join(folder, 'program.cjs');
  await esbuild.build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [ownFolders],
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What a file reads beside itself it finds from the one file, too. */
const ownFolders = {
  name: 'own-folders',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source
        .replaceAll('__dirname', () => JSON.stringify(dirname(path)))
        .replaceAll('__filename', () => JSON.stringify(path));
      return { loader: 'ts', contents };
    });
  },
};

const dayMs = 86_400_000;

/** Of programs that were killed: those of a process that is gone, and what is a day old and says no process. */
function removeLeftovers(cache) {
  for (const name of readdirSync(cache)) {
    const found = /^(?:one-file-(\d+)|simulation)-\w{6}$/.exec(name);
    if (found === null) continue;
    const [, pid] = found;
    const folder = join(cache, name);
    const isLeft = pid === undefined ? isOlderThan(folder, dayMs) : !isAlive(Number(pid));
    if (isLeft) rmSync(folder, { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    // Signal 0 is not sent: it only tells whether there is a process.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function isOlderThan(folder, ms) {
  try {
    return Date.now() - statSync(folder).mtimeMs > ms;
  } catch {
    // Another start was quicker.
    return false;
  }
}

module.exports = { intoOneFile, readableStacks };
