// Runs test files against one mutant after the other, in this process: jest's own runner and its `expect`, without its
// start-up. The mutant stands in memory only: what node reads from the mutated file is its text instead.
import fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { transformSync } = require('@swc/core');
const circus = require('jest-circus');
const { ModuleMocker } = require('jest-mock');
const root = fileURLToPath(new URL('../..', import.meta.url));
const [mutated, ...tests] = process.argv.slice(2);

const mocker = new ModuleMocker(globalThis);
const { describe, test, it, beforeAll, beforeEach, afterAll, afterEach } = circus;
Object.assign(globalThis, { describe, test, it, beforeAll, beforeEach, afterAll, afterEach });
globalThis.expect = require('expect').expect;
globalThis.jest = { fn: mocker.fn.bind(mocker), spyOn: mocker.spyOn.bind(mocker) };
circus.addEventHandler(({ name }) => name === 'test_done' && mocker.restoreAllMocks());

let text;
const readFileSync = fs.readFileSync;
fs.readFileSync = (path, options) =>
  path === mutated && text !== undefined ? text : readFileSync.call(fs, path, options);

const compiled = new Map();
Module._extensions['.ts'] = (module, path) => {
  const source = fs.readFileSync(path, 'utf8');
  const known = path === mutated ? undefined : compiled.get(path);
  const code = known ?? transformSync(source, options(path)).code;
  compiled.set(path, code);
  module._compile(code, path);
};

function options(filename) {
  const jsc = { target: 'es2022', parser: { syntax: 'typescript' } };
  return { filename, jsc, module: { type: 'commonjs' }, sourceMaps: false, swcrc: false };
}

/** Who requires a file. */
const requirers = new Map();
// Not where names are resolved: node asks there once for all files of a folder that require the same one.
const load = Module._load;
Module._load = (request, parent, ...rest) => {
  if (parent?.filename !== undefined) {
    const path = Module._resolveFilename(request, parent);
    requirers.set(path, (requirers.get(path) ?? new Set()).add(parent.filename));
  }
  return load(request, parent, ...rest);
};

/** Forgets the mutated file, all that are built on it, and the tests. A file that is read and not required: everything. */
function forget() {
  const stale = new Set(tests);
  const add = (path) => {
    if (stale.has(path)) return;
    stale.add(path);
    requirers.get(path)?.forEach(add);
  };
  if (mutated.endsWith('.ts')) add(mutated);
  else
    Object.keys(Module._cache).forEach((path) => path.startsWith(root) && !path.includes('node_modules') && add(path));
  for (const path of stale) delete Module._cache[path];
}

let astray;
process.on('unhandledRejection', (error) => (astray ??= error));
process.on('uncaughtException', (error) => (astray ??= error));

/** @returns the first test that fails, and the tests that have to do with the mutated file. */
async function run(files) {
  forget();
  astray = undefined;
  const concerned = [];
  for (const file of files) {
    circus.resetState();
    try {
      require(file);
    } catch (error) {
      return { failed: `${file} cannot be loaded: ${String(error)}` };
    }
    if (text === undefined && mutated.endsWith('.ts') && Module._cache[mutated] === undefined) continue;
    concerned.push(file);
    const { testResults, unhandledErrors } = await circus.run();
    const bad = testResults.find(({ errors, status }) => errors.length > 0 || status === 'fail');
    if (bad !== undefined) return { failed: bad.testPath.slice(1).join(' ') };
    if (unhandledErrors.length > 0 || astray !== undefined) return { failed: `an error outside of ${file}` };
  }
  return { concerned };
}

let concerned = tests;
process.on('message', async (mutant) => {
  text = mutant.text;
  const began = performance.now();
  const result = await run(concerned);
  if (text === undefined) concerned = result.concerned ?? [];
  process.send({ ...result, ms: performance.now() - began });
});
