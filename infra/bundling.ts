import { readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { withoutUnreachable } from './bundling/left-out';
import { leanClients } from './bundling/sdk-clients';
import { leanEndpoints } from './bundling/sdk-endpoints';
import { leanPartitions } from './bundling/sdk-partitions';

const functionsFolder = resolve(__dirname, '../functions');

/** The largest that a function's bundle may be, in bytes: what Lambda loads, it loads at every cold start. */
export const bundleLimit = 330_000;

/** One function as it is deployed. */
export interface Bundle {
  /** Of the fleet the function's folder, `claim-index`; of another system with the system before it: `audit-inspect-log`. */
  readonly name: string;
  /** The folder that becomes the function's code. Its handler is `index.handler`. */
  readonly folder: string;
  /** `<folder>/index.mjs` */
  readonly file: string;
  readonly bytes: number;
}

/** Every function there is: the folders below `functions/<system>/` that have a `handler.ts`. */
export function functionNames(): string[] {
  return [...functionFolders().keys()];
}

/** Those of one system, by the name of its folder in `functions/`. */
export function functionsOf(system: string): string[] {
  return [...functionFolders()].flatMap(([name, folder]) => (systemOf(folder) === system ? [name] : []));
}

/** The folders of all functions, by name. Two systems may have a function of the same name, so theirs go before it. */
function functionFolders(): Map<string, string> {
  const folders = readdirSync(functionsFolder, { recursive: true, encoding: 'utf8' })
    .filter((file) => basename(file) === 'handler.ts')
    .map((file) => join(functionsFolder, dirname(file)))
    .sort();
  return new Map(folders.map((folder) => [nameOf(folder), folder]));
}

function nameOf(folder: string): string {
  const system = systemOf(folder);
  return system === 'fleet' ? basename(folder) : `${system}-${basename(folder)}`;
}

function systemOf(folder: string): string {
  return relative(functionsFolder, folder).split(sep)[0] ?? '';
}

/**
 * Bundles functions, all of them by default, into `<outdir>/<name>/index.mjs`. The same sources give the
 * same bytes. CDK's own bundling is no use here: it calls esbuild's command line, which knows no plugins.
 */
export async function bundleFunctions(outdir: string, names: readonly string[] = functionNames()): Promise<Bundle[]> {
  const { metafile } = await build({ ...bundleOptions(names), outdir, write: true, metafile: true });
  return names.map((name) => {
    const folder = resolve(outdir, name);
    const file = join(folder, 'index.mjs');
    const output = Object.entries(metafile.outputs).find(([path]) => resolve(path) === file);
    return { name, folder, file, bytes: output?.[1].bytes ?? 0 };
  });
}

/** The options of esbuild. Sizes in the comments of the plugins are of minified code, in 1000 bytes. */
export function bundleOptions(names: readonly string[]): BuildOptions {
  const folders = functionFolders();
  return {
    entryPoints: names.map((name) => ({ in: join(folders.get(name) ?? name, 'index.ts'), out: `${name}/index` })),
    absWorkingDir: resolve(functionsFolder, '..'),
    bundle: true,
    minify: true,
    // Names of errors are API and never come from classes, so a minifier may rename what it likes.
    platform: 'node',
    target: 'node24',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    // ES modules before CommonJS: only what is used of them gets in (800 KB → 460 KB for the smallest function).
    mainFields: ['module', 'main'],
    // proxy-from-env, one of axios' helpers, is CommonJS and requires a module of Node's.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
    plugins: [leanClients(functionsFolder), leanEndpoints(), leanPartitions(), withoutUnreachable()],
  };
}
