import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { intoOneFile, readableStacks } from '../../../infra/one-file.cjs';

let root: string;
let cache: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'muster-'));
  cache = join(root, 'node_modules/.cache');
  mkdirSync(join(root, 'rooms'));
  writeFileSync(join(root, 'main.ts'), "import { here } from './rooms/here';\nconsole.log(here);\n");
  writeFileSync(join(root, 'rooms/here.ts'), 'export const here: string = __dirname;\n');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const run = (file: string) => spawnSync(process.execPath, [readableStacks, file], { encoding: 'utf8' });

test('a program in one file runs, and each of its files knows where it stands', async () => {
  const { file, remove } = await intoOneFile(join(root, 'main.ts'), root);
  expect(run(file)).toMatchObject({ status: 0, stdout: `${join(root, 'rooms')}\n` });
  remove();
  expect(readdirSync(cache)).toEqual([]);
});

test('what it throws has the stack of the source', async () => {
  writeFileSync(
    join(root, 'main.ts'),
    "interface Long {\n  name: string;\n}\nconst fail = (): never => {\n  throw new Error('no');\n};\nfail();\n",
  );
  const { file } = await intoOneFile(join(root, 'main.ts'), root);
  expect(run(file).stderr).toContain(`${join(root, 'main.ts')}:5:9`);
});

test('what killed programs have left is removed, and nothing else', async () => {
  const { pid: gone } = spawnSync(process.execPath, ['--version']);
  const folders = {
    dead: `one-file-${gone}-abcDEF`,
    running: `one-file-${process.pid}-abcDEF`,
    old: 'simulation-abcDEF',
    young: 'simulation-ABCdef',
    foreign: `one-file-${gone}-abcDEF-of-another`,
  };
  for (const name of Object.values(folders)) mkdirSync(join(cache, name), { recursive: true });
  const weekAgo = Date.now() / 1000 - 7 * 86_400;
  utimesSync(join(cache, folders.old), weekAgo, weekAgo);

  const { remove } = await intoOneFile(join(root, 'main.ts'), root);
  remove();

  const left = Object.entries(folders).filter(([, name]) => existsSync(join(cache, name)));
  expect(left.map(([which]) => which)).toEqual(['running', 'young', 'foreign']);
});
