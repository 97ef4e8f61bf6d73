const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A header's value as text. HTTP hands on each of its bytes as a character (latin1), and who writes others than ASCII into
 * one writes UTF-8 today: what is valid UTF-8 is that, and what is not is left as it came. So an id or a key is what its
 * sender has signed or was given, whichever server has read it.
 */
export function headerText(value: string | undefined): string | undefined {
  if (value === undefined || !/[\x80-\xff]/.test(value)) return value;
  try {
    const text = utf8.decode(Buffer.from(value, 'latin1'));
    // No message of SQS may hold these two.
    return /[\ufffe\uffff]/.test(text) ? value : text;
  } catch {
    return value;
  }
}

/** The same the other way: characters as bytes, where there are any that a header of the Fetch API cannot have. */
export function headerBytesOf(text: string): string {
  return /[^\0-\xff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}
