import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { wholeProgram } from '../../infra/console/program';
import { filesBelow, root } from '../house/measure';

// Files, scripts, commands and settings that a document names are there.

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const codeFolders = ['functions', 'infra', 'statemachines', 'test'];
const below = codeFolders.flatMap((folder) => filesBelow(folder));
const atTop = readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
const files = [...below, ...atTop];
const folders = new Set(files.flatMap((file) => ancestors(dirname(file))));

function ancestors(folder: string): string[] {
  return folder === '.' ? [] : [folder, ...ancestors(dirname(folder))];
}

/** It names the files of other repositories, from which the recordings are. */
const ofOthers = 'test/unit/engine/recorded/README.md';
const documents = [...atTop, ...below].filter((file) => file.endsWith('.md') && file !== ofOthers);
/** What stands between backticks, and the lines of blocks of code. */
const quotedIn = (text: string) => {
  const outside = text.replaceAll(/```[\s\S]*?```/g, '');
  const blocks = [...text.matchAll(/```[\s\S]*?```/g)].map(([block]) => block).join('\n');
  const indented = outside.split('\n').filter((line) => line.startsWith('    '));
  return {
    spans: [...outside.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span),
    code: [blocks, ...indented].join('\n'),
  };
};

/** A path of the repository, whole or from any folder on; `<name>`, `NAME` and `*` stand for anything. */
const isPath = (span: string) =>
  /^[\w.<>*{}/-]+\/?$/.test(span) &&
  (/\.(ts|mts|mjs|cjs|cts|md|json|svg)$/.test(span) || codeFolders.some((folder) => span.startsWith(`${folder}/`)));

function isThere(path: string, from: string): boolean {
  const wanted = path.replace(/\/$/, '').replace(/^(\.\.?\/)+/, '');
  const pattern = new RegExp(`(^|/)${wanted.replaceAll('.', '\\.').replaceAll(/<[\w-]+>|\*+/g, '[^/]+')}$`);
  const isFolder = path.endsWith('/') || !/\.\w+$/.test(wanted);
  return (
    (isFolder ? [...folders, ...files] : files).some((one) => pattern.test(one)) || folders.has(join(from, wanted))
  );
}

/** Of other repositories, of what a run leaves behind, and of what an adopter writes. */
const elsewhere = new Set(['routes.json', 'secrets.json', 'targets.json', 'status.json', 'package.json']);

describe.each(documents)('%s', (file) => {
  const text = read(file);
  const { spans, code } = quotedIn(text);

  test('names files and folders that are there', () => {
    const paths = spans.filter((span) => isPath(span) && !elsewhere.has(span));
    expect(
      paths.filter((path) => !isThere(path, dirname(file))).map((path) => `${file}: ${path} is not there`),
    ).toEqual([]);
  });

  test('names scripts of package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...`${spans.join('\n')}\n${code}`.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined).map((name) => `${file}: npm run ${name}`)).toEqual([]);
  });
});

/** Each comment of a file, with its marks. */
const commentsOf = (text: string) =>
  [...text.matchAll(/\/\*\*?([\s\S]*?)\*\/|(?:^|\s)\/\/ (.*)$/gm)].map(([all]) => all);

test('comments name files and folders that are there', () => {
  const sources = files.filter((file) => /^(functions|infra)\/.*\.ts$/.test(file));
  const named = sources.flatMap((file) =>
    commentsOf(read(file)).flatMap((comment) =>
      [...comment.matchAll(/`([^`\n]+)`/g)]
        .map(([, span = '']) => span)
        // `<folder>/…` is of what a run writes.
        .filter(
          (span) =>
            !span.startsWith('<') &&
            (isPath(span) || /^(contracts|domain|ledger)\/[\w-]+$/.test(span)) &&
            !elsewhere.has(span),
        )
        .map((path) => ({ file, path })),
    ),
  );
  expect(named.length).toBeGreaterThan(20);
  // A module may be named without its ending.
  const gone = named.filter(({ file, path }) => ![path, `${path}.ts`].some((one) => isThere(one, dirname(file))));
  expect(gone.map(({ file, path }) => `${file}: ${path} is not there`)).toEqual([]);
});

/** The keys of settings, wherever one is declared: `name: z.…`, `name?: type` or `name: section(…)`. */
const settingFiles = files.filter((file) =>
  /^(infra\/config\/|infra\/systems\/\w+\/config|functions\/\w+\/contracts\/(settings|routes|targets?)\.ts)/.test(file),
);
const settings = new Set(
  settingFiles.flatMap((file) => [...read(file).matchAll(/\b(\w+)\??:\s/g)].map(([, name = '']) => name)),
);
/** `fleet.ledgerTable`: a setting in its section. */
const isSetting = (span: string) => /^[a-z]\w*(\.[a-z]\w*)+$/.test(span) && !isPath(span);
/** Sections, and groups of settings, by which such a name begins. */
const sections = new Set(['fleet', 'audit', 'webhooks', 'probes', 'deployment', 'names', 'dns', 'jenkins', 'formerly']);

describe('settings', () => {
  const named = documents.flatMap((file) =>
    quotedIn(read(file))
      .spans.filter(isSetting)
      .map((name) => ({ file, name, parts: name.split('.') })),
  );
  const ofSections = named.filter(({ parts: [section = ''] }) => sections.has(section));

  test('that a document names with their section are there', () => {
    expect(ofSections.length).toBeGreaterThan(10);
    const known = new Set([...settings, ...sections]);
    const gone = ofSections.filter(({ parts }) => !parts.every((part) => known.has(part)));
    expect(gone.map(({ file, name }) => `${file}: no setting ${name}`)).toEqual([]);
  });
});

describe('commands', () => {
  let program: Command;
  const silent = { write: () => true };
  beforeAll(async () => {
    program = await wholeProgram({ out: silent, err: silent, env: {} } as never);
  });

  /** What is wrong with `muster …`; `undefined` if there is such a command with these options. */
  function wrongIn(line: string): string | undefined {
    const words = line.split(/\s+/);
    let command = program;
    for (const word of words) {
      const next: Command | undefined = command.commands.find(
        (one) => one.name() === word || one.aliases().includes(word),
      );
      if (next === undefined) {
        const mayBeArgument =
          command !== program && (command.registeredArguments.length > 0 || !/^[a-z-]+$/.test(word));
        if (mayBeArgument || word.startsWith('-')) break;
        return `no command ${word} in "muster ${line}"`;
      }
      command = next;
    }
    const options = [...command.options, ...program.options].map(({ long }) => long);
    const strange = words.filter((word) => /^--[a-z-]+$/.test(word) && ![...options, '--help'].includes(word));
    return strange.length === 0 ? undefined : `no option ${strange.join()} in "muster ${line}"`;
  }

  test('that a document names are there, with their options', () => {
    const lines = documents.flatMap((file) => {
      const { spans, code } = quotedIn(read(file));
      const inCode = [...code.matchAll(/\bnpx muster ([^#|&\n]+)/g)].map(([, line = '']) => line);
      const inText = spans.flatMap((span) => /^(?:npx )?muster (.+)$/.exec(span)?.[1] ?? []);
      return [...inCode, ...inText].map((line) => ({ file, wrong: wrongIn(line.trim()) }));
    });
    expect(lines.length).toBeGreaterThan(30);
    expect(lines.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
  });

  test('a command and an option that are not there would be seen', () => {
    expect(['ls --lab', 'lsx', 'webhooks quarantine ls', 'webhooks pour', 'ls --gone'].map(wrongIn)).toEqual([
      undefined,
      'no command lsx in "muster lsx"',
      undefined,
      'no command pour in "muster webhooks pour"',
      'no option --gone in "muster ls --gone"',
    ]);
  });
});

test('a file, a folder and a pattern that are not there would be seen', () => {
  expect(
    ['functions/fleet/gone.ts', 'functions/gone/', 'gone.md', 'infra/gone/<name>.ts'].map((one) => isThere(one, '.')),
  ).toEqual([false, false, false, false]);
  expect(
    ['domain/identity.ts', 'functions/<system>/', 'SPEC.md', 'infra/systems/<system>/index.ts'].map((one) =>
      isThere(one, '.'),
    ),
  ).toEqual([true, true, true, true]);
});
