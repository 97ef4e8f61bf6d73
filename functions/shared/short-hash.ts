/** Eight hexadecimal digits of a text (FNV-1a, 32 bits): enough to tell apart a few that start alike; hides nothing. */
export function shortHash(text: string): string {
  let value = 0x811c9dc5;
  for (const character of text) {
    value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, '0');
}
