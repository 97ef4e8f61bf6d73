/** Structured log lines. Fields are plain JSON; secrets and whole events do not belong in them. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** One JSON object a line, as CloudWatch Logs Insights reads them. `fields` stand in every line. */
export function jsonLogger(write: (line: string) => void, fields: LogFields = {}): Logger {
  const line =
    (level: string) =>
    (message: string, more: LogFields = {}) =>
      write(JSON.stringify({ level, message, ...fields, ...more }));
  return { info: line('info'), error: line('error') };
}

/** Lambda's standard output. */
export const consoleLogger = jsonLogger((line) => console.log(line));
