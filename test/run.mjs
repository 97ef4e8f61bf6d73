// `npm test`: every check there is, each one run even when an earlier one fails, then one line that counts them:
// the tests, and the type check, the lint, the format, the synthesis and the simulation's seeds as one each.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from '../infra/ensure-installed.mjs';

ensureInstalled();
const root = fileURLToPath(new URL('..', import.meta.url));
let passed = 0;
let failed = 0;

const bin = (path) => join(root, 'node_modules', path);
check('types', bin('typescript/bin/tsc'), '--noEmit');
check('lint', bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0');
check('synth', bin('aws-cdk/bin/cdk'), 'synth', '--quiet');
check('format', bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.');
// In processes of its own, one for each core; and a run of single tests does without it.
if (process.argv.length === 2) check('simulation', join(root, 'test/simulation/run.mjs'), '--seeds', '300');
runJest(process.argv.slice(2));

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function run(script, ...args) {
  return spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' }).status === 0;
}

function check(name, script, ...args) {
  console.log(`\n== ${name}`);
  count(run(script, ...args), name);
}

function count(ok, name) {
  if (ok) passed += 1;
  else {
    failed += 1;
    console.log(`== ${name} FAILED`);
  }
}

function runJest(args) {
  console.log('\n== tests');
  const folder = mkdtempSync(join(tmpdir(), 'muster-tests-'));
  const output = join(folder, 'results.json');
  try {
    const ok = run(bin('jest/bin/jest.js'), '--json', `--outputFile=${output}`, ...args);
    const results = JSON.parse(readFileSync(output, 'utf8'));
    passed += results.numPassedTests;
    failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
    // A run that found no tests, or failed for a reason that no test counts, must not look like success.
    if (results.numPassedTests === 0 || (!ok && results.success)) failed += 1;
  } catch (error) {
    console.log(`== tests FAILED: no results (${error})`);
    failed += 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
