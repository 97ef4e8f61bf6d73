import { createHash } from 'node:crypto';

/** Twelve decimal digits of a hash of `text`: enough to distinguish texts that also have a name in common. */
export function digits(text: string): string {
  const value = createHash('sha256').update(text).digest().readUIntBE(0, 6);
  return String(value % 1e12).padStart(12, '0');
}

/** Eight hexadecimal digits of a text (FNV-1a, 32 bits): enough to distinguish a few texts that begin alike; no secret. */
export function shortHash(text: string): string {
  let value = 0x811c9dc5;
  for (const character of text) {
    value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, '0');
}

const hashLength = 8;

/**
 * `text` with every character that `illegal` matches made into `-`, in at most `length` characters. A text that had
 * to be changed ends in a hash of the whole, so that two texts that start alike stay apart.
 */
export function shorten(text: string, length: number, illegal: RegExp): string {
  const legal = text.replace(illegal, '-');
  if (legal === text && text.length <= length) return text;
  return `${legal.slice(0, length - hashLength - 1)}-${shortHash(text)}`;
}

/** `{word}` or `{word:02}`: what a template may ask for. Other braces are ordinary text. */
const placeholder = /\{([a-zA-Z]+)(?::0(\d))?\}/g;

/** The words that a template asks for, in order, with repetitions. */
export function placeholders(template: string): string[] {
  return [...template.matchAll(placeholder)].map((match) => match[1] ?? '');
}

/**
 * Fills in a template: `{name}` with the value of that name, `{index:02}` with the value padded with zeros to two
 * digits. A word that `values` lacks becomes the empty string; check templates with `placeholders` when they are read.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string | number | undefined>>): string {
  return template.replace(placeholder, (_, word: string, width?: string) =>
    String(values[word] ?? '').padStart(Number(width ?? 0), '0'),
  );
}

/**
 * The address in a text; `undefined` for a text that is none.
 *
 * Not by `URL.canParse`: once it is optimized, that of Node 20 takes letters beyond ASCII for a mistake.
 */
export function urlIn(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** An IPv6 address in the one of its spellings that URLs have, for comparing; `undefined` for a text that is none. */
export function ipv6In(text: string): string | undefined {
  // No other characters: `a]@[::1` would be an address with a user before it.
  return /^[\da-f:.]*:[\da-f:.]*$/i.test(text) ? urlIn(`http://[${text}]`)?.hostname.slice(1, -1) : undefined;
}
