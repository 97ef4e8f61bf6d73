// What the runtime gives every function: its time, and a standard output for logs and metrics.

/** Where the time comes from. Every function that needs it takes one of these. */
export interface Clock {
  now(): Date;
}

/** The clock of the machine that the code runs on. */
// eslint-disable-next-line no-restricted-syntax -- where the time comes from
export const systemClock: Clock = { now: () => new Date() };

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

/** The units of CloudWatch that are in use here. */
export type Unit = 'Count' | 'Seconds';

/** What one metric is. Each of its dimension sets makes one metric in CloudWatch. */
export interface MetricDefinition {
  readonly unit: Unit;
  readonly dimensions: readonly (readonly string[])[];
  readonly means: string;
}

export type MetricDefinitions = Readonly<Record<string, MetricDefinition>>;

type NamesIn<Definitions extends MetricDefinitions, U extends Unit> = {
  [Name in keyof Definitions & string]: Definitions[Name]['unit'] extends U ? Name : never;
}[keyof Definitions & string];

/** A value for every dimension that any of the metric's sets has. */
type DimensionsOf<Definition extends MetricDefinition> = Readonly<
  Record<Definition['dimensions'][number][number], string>
>;

/** Where measurements go. `about` is kept beside the value, to be searched for, and is no part of the metric. */
export interface Metrics<Definitions extends MetricDefinitions> {
  count<Name extends NamesIn<Definitions, 'Count'>>(
    name: Name,
    value: number,
    dimensions: DimensionsOf<Definitions[Name]>,
    about?: LogFields,
  ): void;
  /** How long something took. Negative times, which clocks that differ can give, count as none. */
  duration<Name extends NamesIn<Definitions, 'Seconds'>>(
    name: Name,
    milliseconds: number,
    dimensions: DimensionsOf<Definitions[Name]>,
    about?: LogFields,
  ): void;
}

/** What a function needs of its system's metrics if it counts one thing: composed with all of them, it sees that one. */
export interface Counter<Name extends string, Dimension extends string> {
  count(name: Name, value: number, dimensions: Readonly<Record<Dimension, string>>, about?: LogFields): void;
}

/** The same of a function that measures how long one thing took. */
export interface Timer<Name extends string, Dimension extends string> {
  duration(name: Name, milliseconds: number, dimensions: Readonly<Record<Dimension, string>>, about?: LogFields): void;
}

/**
 * Metrics as log lines in CloudWatch's embedded metric format: CloudWatch reads them out of the log, so a function
 * makes no call, needs no permission and waits for nothing.
 */
export function embeddedMetrics<Definitions extends MetricDefinitions>(options: {
  namespace: string;
  definitions: Definitions;
  clock: Clock;
  write: WriteLine;
}): Metrics<Definitions> {
  const { namespace, definitions, clock, write } = options;
  const record = (name: string, value: number, dimensions: Readonly<Record<string, string>>, about: LogFields = {}) => {
    const { unit, dimensions: sets } = definitions[name] as MetricDefinition;
    const directive = { Namespace: namespace, Dimensions: sets, Metrics: [{ Name: name, Unit: unit }] };
    const metadata = { Timestamp: clock.now().getTime(), CloudWatchMetrics: [directive] };
    // In this order: what the line is about must not replace a value or a dimension.
    write(JSON.stringify({ ...about, ...checked(dimensions), [name]: value, _aws: metadata }));
  };
  return {
    count: record,
    duration: (name, milliseconds, dimensions, about) =>
      record(name, Math.max(0, milliseconds) / 1000, dimensions, about),
  };
}

/** Where there is no CloudWatch to read them. */
export const noMetrics: Metrics<never> = { count: () => undefined, duration: () => undefined };

const longestValue = 1024;

/** CloudWatch drops a line, metric and all, whose dimension is empty or longer than it allows. */
function checked(dimensions: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dimensions).map(([name, value]) => [name, value === '' ? 'none' : value.slice(0, longestValue)]),
  );
}
