import { styleText } from 'node:util';

/** Where the lab writes to. */
export interface Screen {
  line(text?: string): void;
  style(style: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string): string;
}

/** Standard output; in colour only where somebody looks at it. */
export function terminal(stream: NodeJS.WriteStream, noColor: boolean): Screen {
  const colored = stream.isTTY && !noColor;
  return {
    line: (text = '') => stream.write(`${text}\n`),
    style: (style, text) => (colored ? styleText(style, text) : text),
  };
}
