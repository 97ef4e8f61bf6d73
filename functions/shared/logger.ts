/** Structured log lines. Fields are plain JSON; secrets and whole events do not belong in them. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose every line has these fields too. */
  with(fields: LogFields): Logger;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** Takes one line of JSON. */
export type WriteLine = (line: string) => void;

/** One JSON object a line, as CloudWatch Logs Insights reads them. `fields` stand in every line. */
export function jsonLogger(write: WriteLine, fields: LogFields = {}): Logger {
  const line =
    (level: string) =>
    (message: string, more: LogFields = {}) =>
      write(JSON.stringify({ level, message, ...fields, ...more }));
  return { info: line('info'), error: line('error'), with: (more) => jsonLogger(write, { ...fields, ...more }) };
}

/**
 * Lambda's standard output, a line as it is. Not by `console.log`: Lambda's own puts the time and the request before
 * it, or with JSON logging puts it as text into another object, and CloudWatch then finds no metric in it.
 */
export const writeLine: WriteLine = (line) => void process.stdout.write(`${line}\n`);

export const consoleLogger = jsonLogger(writeLine);
