import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readFile } from 'node:fs/promises';
import { build as esbuild, type Plugin } from 'esbuild';

/** A program in one file, and how to take it away again. */
export interface Bundled {
  readonly file: string;
  readonly remove: () => void;
}

/**
 * Puts a program of a tree into one file of JavaScript. It runs a fifth faster than under `tsx`, which calls
 * `Object.defineProperty` for every inner function whenever it is made, so that it keeps its name.
 *
 * @param entry the program's first file, in `test/simulation` of its tree; packages are those of the tree's `node_modules`
 */
export async function bundle(entry: string): Promise<Bundled> {
  const root = resolve(dirname(entry), '../..');
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'simulation-'));
  const file = join(folder, 'worker.cjs');
  await esbuild({
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

/** What a file reads beside itself it finds from the bundle, too. */
const ownFolders: Plugin = {
  name: 'own-folders',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { loader: 'ts', contents: source.replaceAll('__dirname', () => JSON.stringify(dirname(path))) };
    });
  },
};
