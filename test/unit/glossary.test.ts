import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportedNames, filesBelow, root } from '../house/measure';

// The glossary of ARCHITECTURE.md against the code: its words are names there, and the words that it rejects are not.

interface Entry {
  readonly word: string;
  /** Exported names, or paths of files. */
  readonly inCode: readonly string[];
  /** Words in lower case that no exported name has. */
  readonly not: readonly string[];
}

function entriesIn(text: string): Entry[] {
  const section = /## Glossary\n([^]*?)(?:\n## |$)/.exec(text)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Word |'));
  return rows.map((row) => {
    const [, word = '', , inCode = '', not = ''] = row.split('|').map((cell) => cell.trim());
    const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    return { word, inCode: quoted(inCode), not: quoted(not) };
  });
}

/** `BuildLogURL` has the words build, log, url. A plural is the same word. */
function wordsOf(name: string): string[] {
  const words = name.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? [];
  return words.map((word) => word.toLowerCase().replace(/(?<=[a-z]{2})s$/, ''));
}

/** What of the glossary is not so: names that are nowhere, and names with a word that it rejects. */
function contradictions(entries: readonly Entry[], names: readonly string[]): string[] {
  const known = new Set(names);
  return entries.flatMap(({ word, inCode, not }) => [
    ...(inCode.length === 0 ? [`${word}: nothing in code`] : []),
    ...inCode.filter((name) => !known.has(name) && !existsSync(join(root, name))).map((name) => `${word}: no ${name}`),
    ...not.flatMap((other) =>
      names.filter((name) => wordsOf(name).includes(other)).map((name) => `${word}, not ${other}: ${name}`),
    ),
  ]);
}

const entries = entriesIn(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));

test('the glossary and the exported names agree', () => {
  // The lab has the words of what it models.
  const files = ['functions', 'infra']
    .flatMap((folder) => filesBelow(folder, '.ts'))
    .filter((file) => !file.startsWith('infra/lab/'));
  const names = files.flatMap(exportedNames);
  expect(entries.length).toBeGreaterThanOrEqual(15);
  expect(entries.every(({ not }) => not.length > 0)).toBe(true);
  expect(names.length).toBeGreaterThan(1500);
  expect(contradictions(entries, names)).toEqual([]);
});

test('a word that is nowhere would be seen, and one that is rejected', () => {
  const planted = entriesIn(
    '## Glossary\n\n| Word | Means | In code | Not |\n|---|---|---|---|\n| hold | … | `Hold`, `Holding` | `freeze` |\n',
  );
  expect(contradictions(planted, ['Hold', 'isFrozen', 'readFreezes', 'FREEZE_LIMIT'])).toEqual([
    'hold: no Holding',
    'hold, not freeze: readFreezes',
    'hold, not freeze: FREEZE_LIMIT',
  ]);
});
