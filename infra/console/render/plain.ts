import { stripVTControlCharacters } from 'node:util';

// What moves a cursor, changes a terminal's state, or turns the direction of what follows: none of it is text.
const invisible = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * Text of others (a log, a tag, a reason of ELB) as it may stand on a terminal: without control sequences, on one line.
 */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text).replace(/\s+/g, ' ').replace(invisible, '').trim();
}

/** The same for text of many lines: each keeps its indentation, tabs become spaces. */
export function lines(text: string): string[] {
  return stripVTControlCharacters(text.replace(/\r\n?/g, '\n').replaceAll('\t', '    '))
    .split('\n')
    .map((line) => line.replace(invisible, '').trimEnd());
}

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The characters of a text as a reader counts them (grapheme clusters, UAX #29). */
export function graphemes(text: string): string[] {
  return Array.from(segments.segment(text), ({ segment }) => segment);
}

/** Lines of at most so many columns, broken between words. A word that is longer (a link) stays whole. */
export function wrapped(text: string, columns: number): string[] {
  const broken: string[] = [];
  for (const word of text.split(' ')) {
    const last = broken.at(-1);
    if (last !== undefined && graphemes(last).length + 1 + graphemes(word).length <= columns)
      broken[broken.length - 1] = `${last} ${word}`;
    else broken.push(word);
  }
  return broken;
}
