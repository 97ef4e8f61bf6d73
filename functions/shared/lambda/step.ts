import type { LogFields } from '../logger';
import { NamedError } from '../named-error';

/** What one run of a step leaves behind: its log line, and metrics where a system has them. */
export interface RunReport<Input, Output> {
  /** The input is read. */
  about(input: Input): void;
  done(output: Output): void;
  failed(error: unknown): void;
}

export interface StepParts<Input, Output, Report extends RunReport<Input, Output>> {
  /** Made anew for each run. */
  readonly report: () => Report;
  /** @throws StateError `InputRefused` */
  readonly parse: (event: unknown) => Input;
  readonly work: (input: Input, report: Report) => Promise<Output>;
  /** The name under which the state machine knows an error; an error without one comes back as it is. */
  readonly nameError: (error: unknown) => unknown;
}

/** A Lambda handler of a step: parses the input, does the work, names what it fails with, and reports each run. */
export function makeStepHandler<Input, Output, Report extends RunReport<Input, Output>>({
  report: makeReport,
  parse,
  work,
  nameError,
}: StepParts<Input, Output, Report>): (event: unknown) => Promise<Output> {
  return async (event) => {
    const report = makeReport();
    try {
      const input = parse(event);
      report.about(input);
      const output = await work(input, report);
      report.done(output);
      return output;
    } catch (error) {
      const named = nameError(error);
      report.failed(named);
      throw named;
    }
  };
}

/** An error without a name of ours is a bug until a person has looked at it: then it helps to see where it was. */
export function faultFields(error: unknown): LogFields {
  if (error instanceof NamedError) return { fault: error.fault, ...causeOf(error) };
  return { fault: 'bug', ...(error instanceof Error && { stack: error.stack }) };
}

function causeOf({ cause }: Error): LogFields {
  return cause instanceof Error ? { cause: `${cause.name}: ${cause.message}` } : {};
}
