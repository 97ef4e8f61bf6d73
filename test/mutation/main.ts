import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { mutantsOf } from './mutants';
import { NothingToCompare, tryMutants, type Verdict } from './pool';
import { retrierMutants } from './retriers';

const root = join(__dirname, '../..');

/** Which tests are asked about what is mutated, by the longest beginning of its path. */
const asked: Readonly<Record<string, readonly string[]>> = {
  'functions/fleet/domain': ['test/unit/domain'],
  'functions/fleet/crowd': [
    'test/unit/crowd-budget.test.ts',
    'test/unit/crowd-turns.test.ts',
    'test/unit/domain/crowd.test.ts',
  ],
  'functions/fleet/triggers/reconcile': [
    'test/unit/reconcile',
    'test/workflow/failure/looks.test.ts',
    'test/workflow/failure/reconciler.test.ts',
  ],
  'functions/fleet/adapters/aws/dynamodb-ledger': ['test/unit/ledger'],
  'functions/fleet/ledger/rules.ts': ['test/unit/ledger'],
  statemachines: ['test/unit/retriers.test.ts', 'test/unit/state-machines.test.ts', 'test/unit/tree.test.ts'],
};

const helpText = `Changes one small thing after the other, and sees whether a unit test fails.

  npm run mutate -- [options] [file or folder …]     default: ${Object.keys(asked).join(' ')}

  --jobs J      processes at the same time (default 2)
  --tests T     ask these tests, files or folders, instead of its own; may be given more than once
  --json FILE   writes what became of each mutant
  --list        shows the mutants, and tries none

Nothing on disk is changed. Exit code 0, whatever survives: a survivor has to be judged.
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      jobs: { type: 'string', default: '2' },
      tests: { type: 'string', multiple: true },
      json: { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    console.log(helpText);
    return;
  }
  const places = positionals.length > 0 ? positionals : Object.keys(asked);
  const all: Record<string, Verdict[]> = {};
  for (const file of places.flatMap((place) => filesIn(place, /(?<!index|\.d)\.ts$|\.asl\.json$|ledger\/index\.ts$/))) {
    const text = readFileSync(join(root, file), 'utf8');
    const mutants = file.endsWith('.json') ? retrierMutants(text) : mutantsOf(text);
    if (values.list === true) mutants.forEach(({ line, what }) => console.log(`${file}:${line} ${what}`));
    if (values.list === true || mutants.length === 0) continue;
    const tests = (values.tests ?? testsFor(file)).flatMap((place) => filesIn(place, /\.test\.ts$/));
    try {
      const verdicts = await tryMutants({
        file: join(root, file),
        tests: tests.map((test) => join(root, test)),
        mutants,
        jobs: Number(values.jobs),
      });
      all[file] = verdicts;
      show(file, verdicts);
    } catch (error) {
      if (!(error instanceof NothingToCompare)) throw error;
      console.log(`${file}: NOT TRIED: ${error.message}`);
    }
  }
  show('all', Object.values(all).flat(), false);
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(all, withoutText, 2));
}

function testsFor(file: string): readonly string[] {
  const [best] = Object.keys(asked)
    .filter((place) => file.startsWith(place))
    .sort((left, right) => right.length - left.length);
  return (best === undefined ? undefined : asked[best]) ?? ['test/unit'];
}

function filesIn(place: string, pattern: RegExp): string[] {
  const path = join(root, place);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isFile()) return [relative(root, path)];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => relative(root, join(path, name)))
    .filter((name) => pattern.test(name))
    .sort();
}

function show(file: string, verdicts: readonly Verdict[], each = true): void {
  const survivors = verdicts.filter(({ by }) => by === undefined);
  const caught = verdicts.length - survivors.length;
  const share = verdicts.length === 0 ? 100 : (100 * caught) / verdicts.length;
  console.log(`${file}: ${caught} of ${verdicts.length} (${share.toFixed(0)} %)`);
  if (each) survivors.forEach(({ line, what }) => console.log(`  ${line}: ${what}`));
}

function withoutText(key: string, value: unknown): unknown {
  return key === 'text' ? undefined : value;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
