import { painter, type Style } from '../../../terminal/paint';

/** Where the lab writes to. */
export interface Screen {
  line(text?: string): void;
  style(style: Style, text: string): string;
  /** Whether a person sits before it. */
  readonly isTerminal: boolean;
}

/** Standard output; in colour only where it is a terminal. */
export function terminal(stream: NodeJS.WriteStream, noColor: boolean): Screen {
  return {
    line: (text = '') => stream.write(`${text}\n`),
    style: painter(stream.isTTY && !noColor),
    isTerminal: stream.isTTY,
  };
}
