// ANSI's codes. `styleText` of Node itself came with 20.12 only.
const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;
export type Style = keyof typeof codes;

/** Colours a text, or leaves it as it is where there are no colours. */
export type Paint = (style: Style, text: string) => string;

export function painter(colored: boolean): Paint {
  return (style, text) => (colored && text !== '' ? `\u001b[${codes[style]}m${text}\u001b[0m` : text);
}
