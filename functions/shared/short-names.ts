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
