const hashLength = 8;

/**
 * `text` with every character that `illegal` matches made into `-`, in at most `length` characters. A text that had
 * to be changed ends in a hash of the whole, so that two texts that start alike stay apart.
 */
export function shorten(text: string, length: number, illegal: RegExp): string {
  const legal = text.replace(illegal, '-');
  if (legal === text && text.length <= length) return text;
  return `${legal.slice(0, length - hashLength - 1)}-${hash(text)}`;
}

/** FNV-1a, 32 bits, in hexadecimal: enough to tell apart the few names that start alike. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const character of text) {
    value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(hashLength, '0');
}
