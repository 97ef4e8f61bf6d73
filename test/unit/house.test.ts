import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  circles,
  closure,
  exportedNames,
  filesBelow,
  folderSizes,
  functionSizes,
  importGraph,
  roomCircles,
  root,
  walk,
  walks,
} from '../house/measure';

// The measures of the house (`npx tsx test/house/main.ts` prints them). Where one is missed today, what is missed stands
// here with its size: it may get smaller, and nothing may come beside it.

const graph = importGraph();

describe('imports', () => {
  test('go in no circle, types included', () => {
    expect(circles(graph)).toEqual([]);
  });

  test('a circle would be seen', () => {
    const planted = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', []],
    ]);
    expect(circles(planted)).toEqual([['a', 'b', 'c']]);
    expect(closure(planted, ['b'], (file) => file === 'c')).toEqual(['b', 'd']);
  });

  test('of folders and files that stand side by side go in no circle', () => {
    expect(roomCircles(graph)).toEqual([]);
  });

  test('two folders that need each other would be seen, without a circle of files', () => {
    const planted = new Map([
      ['functions/a/one.ts', ['functions/b/three.ts']],
      ['functions/a/two.ts', ['functions/shared.ts']],
      ['functions/b/three.ts', []],
      ['functions/b/four.ts', ['functions/a/two.ts']],
      ['functions/shared.ts', []],
    ]);
    expect(circles(planted)).toEqual([]);
    expect(roomCircles(planted)).toEqual([['functions/a', 'functions/b']]);
  });

  // A new step brings its own handler into the walk, and may bring nothing else: what exceeds one file for each function
  // is bounded as it is, and the whole by what a reader can be asked to open.
  test.each([
    ['launch', walks.launch, 46, 60],
    ['termination', walks.termination, 28, 36],
  ])('the walk of a %s gets no longer, beside the handlers of its functions', (_, functions, besides, most) => {
    const files = walk(graph, functions);
    const handlers = new Set(functions.map((name) => `functions/fleet/${name}/handler.ts`));
    expect(files.filter((file) => !handlers.has(file)).length).toBeLessThanOrEqual(besides);
    expect(files.length).toBeLessThan(most);
  });
});

describe('sizes', () => {
  test('no folder has more than 20 files', () => {
    const above = [...folderSizes()].filter(([, size]) => size > 20);
    expect(above).toEqual([]);
  });

  test('no function has more than 70 lines', () => {
    const files = ['functions', 'infra'].flatMap((folder) => filesBelow(folder, '.ts'));
    const { lines } = functionSizes(files);
    expect(lines.length).toBeGreaterThan(1000);
    expect(lines.filter(({ size }) => size > 70)).toEqual([]);
  });
});

describe('names', () => {
  // Each of these is the same part of every command or every system, and is found by its file.
  const parts = new Set([
    ...['register', 'handler', 'makeHandler', 'system', 'example', 'permissionsOf', 'metricNamespace', 'runtime'],
  ]);

  /** The names that several files export: a word that is one thing here and another one there. */
  function sharedNames(exported: readonly { readonly file: string; readonly name: string }[]): string[] {
    const files = new Map<string, Set<string>>();
    for (const { file, name } of exported) files.set(name, (files.get(name) ?? new Set()).add(file));
    return [...files].filter(([, found]) => found.size > 1).map(([name, found]) => `${name}: ${[...found].join(', ')}`);
  }

  // The lab models AWS and Jenkins, so that its words are the product's words for the other side of a call.
  test.each([
    ['the product', (file: string) => !file.startsWith('infra/lab/'), 1800],
    ['the lab', (file: string) => file.startsWith('infra/lab/'), 500],
  ])('an exported name means one thing within %s', (_, isOfIt, atLeast) => {
    const files = ['functions', 'infra'].flatMap((folder) => filesBelow(folder, '.ts')).filter(isOfIt);
    const exported = files.flatMap((file) => exportedNames(file).map((name) => ({ file, name })));
    expect(exported.length).toBeGreaterThan(atLeast);
    expect(sharedNames(exported.filter(({ name }) => !parts.has(name)))).toEqual([]);
  });

  test('a word with two meanings would be seen, of two systems too', () => {
    const planted = ['functions/fleet/a.ts', 'functions/audit/b.ts'].map((file) => ({ file, name: 'Subject' }));
    expect(sharedNames([...planted, { file: 'functions/fleet/a.ts', name: 'Other' }])).toEqual([
      'Subject: functions/fleet/a.ts, functions/audit/b.ts',
    ]);
  });
});

/** Other words for what the question of a file asks. */
const synonyms: Record<string, string> = {
  'choose-index.ts': 'index',
  'launch-message.ts': 'message',
  'http-status.ts': 'status',
};

describe('"Where is it decided?" of ARCHITECTURE.md', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const section = /## Where is it decided\?\n([\s\S]*?)\n## /.exec(text)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => /^\| [A-Z].*\?/.test(line));
  const answers = rows.map(
    (row) =>
      [
        row.split('|')[1]?.trim() ?? '',
        [...row.matchAll(/`([\w-]+\/[\w./-]+)`/g)].map(([, file = '']) => file),
        [...(row.split('|')[3] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
      ] as const,
  );

  test('answers ten questions and more', () => {
    expect(rows.length).toBeGreaterThanOrEqual(10);
  });

  test.each(answers)('%s is answered by a file that is there', (_, files) => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test.each(answers)('%s: what to look for is declared in one of its files', (_, files, names) => {
    expect(names.length).toBeGreaterThan(0);
    const declared = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
    for (const name of names) expect(declared).toMatch(new RegExp(`export (const|function) ${name}\\b|"${name}"`));
  });

  // A reader who knows the question finds the file by its name alone: each question has a word of its first file.
  test.each(answers.slice(0, 10))('%s: the name of the file says it', (question, [file = '']) => {
    const words = basename(file, '.ts')
      .split('-')
      .filter((word) => word.length > 3);
    const near = (word: string) => new RegExp(word.slice(0, 4), 'i');
    const meant = `${question} ${synonyms[basename(file)] ?? ''}`;
    expect(words.filter((word) => near(word).test(meant))).not.toEqual([]);
  });
});
