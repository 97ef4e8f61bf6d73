import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fifthSystem } from '../support/fifth-system';

// A system is found by its folders. So two more are put into a copy of the repository, one as it should be and one with a
// fault of each kind, and what holds for all systems is run there: lint, and the tests of tree, bundles and permissions.
// No file of the copy is edited.

const root = join(__dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'muster-fifth-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const tests = ['test/unit/tree.test.ts', 'test/unit/permissions/systems.test.ts', 'test/unit/bundles/bundles.test.ts'];
let results: Map<string, string>;
let lint: Map<string, string[]>;

beforeAll(() => {
  for (const part of [
    'functions',
    'infra',
    'statemachines',
    'test/support',
    'test/unit/bundles',
    'test/bench',
    ...tests,
    ...files,
  ])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
  const added = {
    ...fifthSystem('tiny'),
    ...fifthSystem('faulty', { padding: 150, extraAction: 'ssm:PutParameter', forbidden: true, lawless: true }),
  };
  for (const [file, text] of Object.entries(added)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), text);
  }
  results = runTests();
  lint = runLint(Object.keys(added).filter((file) => file.endsWith('.ts')));
}, 180_000);

const files = [
  'package.json',
  'tsconfig.json',
  'cdk.json',
  'jest.config.mjs',
  'test/sequencer.mjs',
  'eslint.config.mjs',
];

/** By the full name of a test, whether it passed. */
function runTests(): Map<string, string> {
  const report = join(copy, 'report.json');
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const only = ['-t', 'tiny|faulty|keep-note|Read note'];
  const { stderr } = spawnSync(process.execPath, [jest, ...tests, ...only, '--json', '--outputFile', report], {
    cwd: copy,
    encoding: 'utf8',
  });
  const json = read(report, stderr) as { testResults: { assertionResults: { fullName: string; status: string }[] }[] };
  const all = json.testResults.flatMap(({ assertionResults }) => assertionResults);
  return new Map(all.filter(({ status }) => status !== 'pending').map(({ fullName, status }) => [fullName, status]));
}

/** By file, the rules that it breaks. Those that need types see nothing here that the others do not. */
function runLint(of: readonly string[]): Map<string, string[]> {
  const report = join(copy, 'lint.json');
  const configured = join(copy, 'lint.config.mjs');
  writeFileSync(
    configured,
    `import tseslint from 'typescript-eslint';
import all from './eslint.config.mjs';
const plain = { ...tseslint.configs.disableTypeChecked, files: ['**/*.ts'] };
export default [...all, plain, { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } } }];
`,
  );
  const eslint = join(root, 'node_modules/eslint/bin/eslint.js');
  const { stderr } = spawnSync(
    process.execPath,
    [eslint, '-c', configured, '--format', 'json', '--output-file', report, ...of],
    { cwd: copy, encoding: 'utf8' },
  );
  const found = read(report, stderr) as { filePath: string; messages: { message: string }[] }[];
  return new Map(
    found.map(({ filePath, messages }) => [
      filePath.split('/muster-fifth-')[1]!.replace(/^\w+\//, ''),
      messages.map(({ message }) => message),
    ]),
  );
}

function read(file: string, otherwise: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(otherwise);
  }
}

const namesOf = (status: string) =>
  [...results]
    .filter(([, one]) => one === status)
    .map(([name]) => name)
    .sort();

test('one more system is held to all that the others are, and passes', () => {
  expect(namesOf('passed').filter((name) => name.includes('tiny'))).toEqual([
    'sizes functions/tiny/steps/read-note/handler.ts is not too long',
    'sizes functions/tiny/steps/read-note/index.ts is not too long',
    'sizes infra/systems/tiny/config.ts is not too long',
    'sizes infra/systems/tiny/example.ts is not too long',
    'sizes infra/systems/tiny/index.ts is not too long',
    'sizes infra/systems/tiny/stack.ts is not too long',
    'state machines functions/tiny/steps/read-note wires its handler',
    'the bundle of tiny-read-note keeps the limit of 330 KB',
    'the bundle of tiny-read-note says what is missing in its environment',
    "the system tiny breaks none of CDK's own rules for templates",
    'the system tiny gives permissions to its functions, and to nothing else',
    'the system tiny lets its alarms publish to their topics',
    'the system tiny lets some function make each call that they have',
    'the system tiny tiny-read-note may do nothing that it has no call for',
  ]);
  expect(namesOf('passed')).toContain('state machines Read note has a function folder');
  expect([...lint].filter(([file]) => file.includes('tiny')).flatMap(([, messages]) => messages)).toEqual([]);
});

test('of one with faults, each is found', () => {
  expect(namesOf('failed')).toEqual([
    'sizes functions/faulty/steps/read-note/handler.ts is not too long',
    'the system faulty faulty-read-note may do nothing that it has no call for',
    'the system faulty lets some function make each call that they have',
  ]);
  expect(lint.get('functions/faulty/domain/lawless.ts')).toEqual([
    expect.stringContaining('no system imports another'),
    expect.stringContaining('hidden time'),
  ]);
});
