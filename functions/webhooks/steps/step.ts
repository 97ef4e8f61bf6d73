import type * as z from '../../shared/schema';
import { messageOf } from '../../shared/aws-errors';
import type { Clock, Logger } from '../../shared/runtime';
import { awsStepError, faultFields, makeStepHandler, type RunReport } from '../../shared/lambda/step';
import { LoadError } from '../contracts/errors';
import { parseLoadInput } from '../contracts/load';

export interface LoadStepDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

/** A step of `load-batch`: parses its input, names the errors of AWS, writes one log line for each run. */
export function makeLoadStep<Input extends { run: { execution: string } }, Output extends { readonly reason: string }>(
  step: string,
  { log }: LoadStepDeps,
  schema: z.ZodMiniType<Input>,
  work: (input: Input) => Promise<Output>,
): (event: unknown) => Promise<Output> {
  return makeStepHandler<Input, Output, RunReport<Input, Output>>({
    report: () => reportTo(log, step),
    parse: (event) => parseLoadInput(schema, event),
    work,
    nameError,
  });
}

function reportTo<Input extends { run: { execution: string } }, Output extends { readonly reason: string }>(
  log: Logger,
  step: string,
): RunReport<Input, Output> {
  let execution: string | undefined;
  return {
    about: ({ run }) => {
      execution = run.execution;
    },
    done: (output) => log.info(output.reason, { step, execution, ...output }),
    failed: (error) => {
      const { name, message } = error instanceof Error ? error : { name: 'unknown', message: messageOf(error) };
      if (error instanceof LoadError && error.kind === 'waits')
        log.info(message, { step, execution, waits: name, fault: error.fault });
      else log.error(message, { step, execution, error: name, ...faultFields(error) });
    },
  };
}

function nameError(error: unknown): unknown {
  if (error instanceof LoadError) return error;
  if (isBusy(error)) return new LoadError('WarehouseBusy', messageOf(error), { cause: error });
  const known = awsStepError(error);
  return known === undefined ? error : new LoadError(known.name, known.message, { cause: error });
}

/** Too many statements, or sessions, at once; or a cluster that is being resumed. */
function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    ['ActiveStatementsExceededException', 'ActiveSessionsExceededException'].includes(error.name)
  );
}
