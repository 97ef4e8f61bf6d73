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
