import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** A document, or the section of one, with each run of white space as one blank, so that line breaks do not matter. */
export interface DocumentText {
  /** For messages: `README.md`, or `README.md, "What it costs"`. */
  readonly where: string;
  readonly text: string;
}

/**
 * @param file path in the repository.
 * @param heading of the section, without its `#`; without it, the whole document.
 */
export function documentText(file: string, heading?: string): DocumentText {
  const whole = readFileSync(join(root, file), 'utf8');
  if (heading === undefined) return { where: file, text: asOneLine(whole) };
  const [, level = '', from = ''] = new RegExp(`^(#+) ${heading}\n([\\s\\S]*)`, 'm').exec(whole) ?? [];
  if (level === '') throw new RangeError(`${file} has no heading ${heading}`);
  const [section = ''] = from.split(new RegExp(`^#{1,${level.length}} `, 'm'));
  return { where: `${file}, "${heading}"`, text: asOneLine(section) };
}

/**
 * Whether a document says a sentence. If it does not, the failure shows what is missing and the passage that is nearest
 * to it, not the whole document.
 */
export function expectToSay({ where, text }: DocumentText, sentence: string): void {
  if (text.includes(asOneLine(sentence))) return;
  expect(`${where}: …${nearest(text, asOneLine(sentence))}…`).toBe(`${where}: …${asOneLine(sentence)}…`);
}

const asOneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

/** The passage that has most of the sentence's first words. */
function nearest(text: string, sentence: string): string {
  for (let length = sentence.length; length > 3; length -= 1) {
    const at = text.indexOf(sentence.slice(0, length));
    if (at >= 0) return text.slice(at, at + sentence.length + 20);
  }
  return 'nothing like it';
}
