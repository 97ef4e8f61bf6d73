// `npm test`: every check there is, each one run even when an earlier one fails, then one line that counts them:
// the tests, and the type check, the lint, the format, the synthesis and each hundred of the simulation's seeds as one.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from '../infra/ensure-installed.mjs';

ensureInstalled();
const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const cores = availableParallelism();
// What the checks leave in the temporary directory (CDK leaves every assembly) goes with this folder.
const folder = mkdtempSync(join(tmpdir(), 'muster-tests-'));
// Started by root, PostgreSQL runs as another user, who has to get through.
chmodSync(folder, 0o755);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
let passed = 0;
let failed = 0;

const bin = (path) => join(root, 'node_modules', path);
// The longest first. Each of these keeps one core busy, so they run side by side, and what each one prints is shown when
// it has ended. A run of single tests does without the simulation.
const checks = [
  { name: 'lint', script: bin('eslint/bin/eslint.js'), args: ['.', '--max-warnings', '0'] },
  ...(args.length > 0 ? [] : [simulation(1), simulation(101), simulation(201)]),
  { name: 'types', script: bin('typescript/bin/tsc'), args: ['--noEmit'] },
  { name: 'format', script: bin('prettier/bin/prettier.cjs'), args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'synth', script: bin('aws-cdk/bin/cdk'), args: ['synth', '--quiet'] },
];
const atATime = Math.min(cores, 4);
console.log(
  `Checks, ${atATime} at a time, each shown when it has ended: ${checks.map(({ name }) => name).join(', ')}; then the tests.`,
);
await Promise.all(Array.from({ length: atATime }, runChecks));
await runJest();

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** A hundred seeds. */
function simulation(from) {
  const script = join(root, 'test/simulation/run.mjs');
  const seeds = ['--from', String(from), '--seeds', '100', '--jobs', '1'];
  return { name: `simulation of seeds ${from} to ${from + 99}`, script, args: seeds };
}

async function runChecks() {
  for (let check = checks.shift(); check !== undefined; check = checks.shift()) {
    const { name, script } = check;
    const began = Date.now();
    const { ok, output } = await run(script, check.args, 'pipe');
    console.log(`\n== ${name} (${Math.round((Date.now() - began) / 1000)} s)\n${output.trim()}`);
    if (ok) passed += 1;
    else {
      failed += 1;
      console.log(`== ${name} FAILED`);
    }
  }
}

async function runJest() {
  console.log('\n== tests');
  const file = join(folder, 'results.json');
  try {
    const { ok } = await run(bin('jest/bin/jest.js'), ['--json', `--outputFile=${file}`, ...args], 'inherit');
    const results = JSON.parse(readFileSync(file, 'utf8'));
    passed += results.numPassedTests;
    failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
    // A run that found no tests, or failed for a reason that no test counts, must not look like success.
    if (results.numPassedTests === 0 || (!ok && results.success)) failed += 1;
  } catch (error) {
    console.log(`== tests FAILED: no results (${error})`);
    failed += 1;
  }
}

/** Runs a script of Node's to its end. With `pipe` its output is kept, in the order in which it came. */
function run(script, argsOfScript, stdio) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...argsOfScript], {
      cwd: root,
      stdio: ['ignore', stdio, stdio],
      env: { ...process.env, TMPDIR: folder },
    });
    // Ended by a signal, this process must not leave it running.
    const stop = () => child.kill();
    process.on('exit', stop);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += data));
    child.on('error', (error) => resolve({ ok: false, output: `${output}${error}` }));
    child.on('close', (code) => {
      process.off('exit', stop);
      resolve({ ok: code === 0, output });
    });
  });
}
