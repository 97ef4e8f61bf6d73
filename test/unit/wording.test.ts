import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesBelow, root } from '../house/measure';

// STYLE.md, "English": subject, verb, object, and the words of the field. What is read in a hurry has no "somebody" where a
// process, an instance or a function is meant.

const dialect =
  /\b(nobody|somebody|whoever|anybody|everybody|someone|anyone|befall\w*|of whom|mend|mends|mended|anew|whatever|(?:is|are|be|was|were) told (?:of|as|at)|tells? (?:people|of)|goes? on\b(?! to)|let go of|lets? go on|did not live to|(?:is|are|runs?|holds?|stands?) no more\b(?! than))\b/i;
/** PostgreSQL runs as this user of the system. */
const user = /`nobody`|as nobody, who|\^nobody:/g;

const wrong = (text: string) => dialect.exec(text.replace(user, ''))?.[0];

/** The comments of a file, by line. */
function commentsOf(text: string): { line: number; text: string }[] {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const found = new Map<number, string>();
  const visit = (node: ts.Node): void => {
    if (node.kind < ts.SyntaxKind.TemplateMiddle || node.kind > ts.SyntaxKind.TemplateTail)
      for (const { pos, end } of [
        ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
        ...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
      ])
        found.set(pos, text.slice(pos, end));
    for (const child of node.getChildren(source)) visit(child);
  };
  visit(source);
  return [...found].map(([at, comment]) => ({
    line: source.getLineAndCharacterOfPosition(at).line + 1,
    text: comment.replaceAll(/\s*\n\s*\*?\s*/g, ' '),
  }));
}

test('a word of the dialect would be seen, in a comment that goes over several lines, too', () => {
  const planted =
    "const user = 'x';\n/**\n * A lock of\n * somebody else.\n */\nexport const a = `nobody`; // anew\nconst b = 1;";
  expect(commentsOf(planted).map(({ line, text }) => [line, wrong(text)])).toEqual([
    [2, 'somebody'],
    [6, 'anew'],
  ]);
  expect(wrong('runs as `nobody`')).toBeUndefined();
});

test('comments are in the words of the field', () => {
  const files = ['functions', 'infra'].flatMap((folder) => ['.ts', '.mjs'].flatMap((end) => filesBelow(folder, end)));
  const all = files.flatMap((file) =>
    commentsOf(readFileSync(join(root, file), 'utf8')).map(({ line, text }) => ({ where: `${file}:${line}`, text })),
  );
  expect(all.length).toBeGreaterThan(2000);
  expect(all.filter(({ text }) => wrong(text) !== undefined)).toEqual([]);
});

/** What a program says: the literals of a file, its templates in parts. */
function textsOf(text: string): { line: number; text: string }[] {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const found: { line: number; text: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      found.push({ line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, text: node.text });
    for (const child of node.getChildren(source)) visit(child);
  };
  visit(source);
  return found;
}

test('so are mails, errors, and what the console and the page say', () => {
  expect(textsOf('const a = `once ${x} is mended`;').map(({ text }) => wrong(text))).toEqual([undefined, 'mended']);
  const files = ['functions', 'infra'].flatMap((folder) => filesBelow(folder, '.ts'));
  const all = files.flatMap((file) =>
    textsOf(readFileSync(join(root, file), 'utf8')).map(({ line, text }) => ({ where: `${file}:${line}`, text })),
  );
  expect(all.length).toBeGreaterThan(5000);
  expect(all.filter(({ text }) => wrong(text) !== undefined)).toEqual([]);
});

test('so are the documents', () => {
  const documents = [
    ...['README.md', 'RUNBOOK.md', 'ARCHITECTURE.md', 'STYLE.md'],
    ...['functions', 'infra', 'statemachines'].flatMap((folder) => filesBelow(folder, '.md')),
  ];
  const lines = documents.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .map((text, at) => ({ where: `${file}:${at + 1}`, text })),
  );
  expect(lines.filter(({ text }) => wrong(text) !== undefined)).toEqual([]);
});

/** What the state machines show in the console: the `Comment` of the machine and of each state. */
function asl(definition: unknown): string[] {
  if (typeof definition !== 'object' || definition === null) return [];
  return Object.entries(definition).flatMap(([key, value]) =>
    key === 'Comment' && typeof value === 'string' ? [value] : asl(value),
  );
}

test('so are the comments of the state machines', () => {
  expect(asl({ States: { A: { Comment: 'Loads whatever waits' } } }).map(wrong)).toEqual(['whatever']);
  const all = filesBelow('statemachines', '.json').flatMap((file) =>
    asl(JSON.parse(readFileSync(join(root, file), 'utf8'))).map((text) => ({ file, text })),
  );
  expect(all.length).toBeGreaterThan(25);
  expect(all.filter(({ text }) => wrong(text) !== undefined)).toEqual([]);
});

/** Comments and texts of test/ that still have such a word. The number may only fall: rewrite one, and lower it. */
const leftInTests = 44;

test('the comments and titles of tests do not get more of these words', () => {
  const left = filesBelow('test', '.ts')
    .filter((file) => !file.endsWith('wording.test.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return [...commentsOf(text), ...textsOf(text)].filter((one) => wrong(one.text) !== undefined);
    });
  expect(left.length).toBeLessThanOrEqual(leftInTests);
});
