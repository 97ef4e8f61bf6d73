// ANSI's codes. `styleText` of Node itself came with 20.12 only.
const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;
type Style = keyof typeof codes;

/** Where the lab writes to. */
export interface Screen {
  line(text?: string): void;
  style(style: Style, text: string): string;
}

/** Standard output; in colour only where somebody looks at it. */
export function terminal(stream: NodeJS.WriteStream, noColor: boolean): Screen {
  const colored = stream.isTTY && !noColor;
  return {
    line: (text = '') => stream.write(`${text}\n`),
    style: (style, text) => (colored ? `\u001b[${codes[style]}m${text}\u001b[0m` : text),
  };
}
