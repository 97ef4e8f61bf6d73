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
