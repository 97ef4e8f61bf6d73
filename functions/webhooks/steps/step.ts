import type * as z from 'zod';
import { isThrottled, isUnavailable, messageOf } from '../../shared/aws-errors';
import type { Clock } from '../../shared/clock';
import type { Logger } from '../../shared/logger';
import { NamedError } from '../../shared/named-error';
import { LoadError, loadErrors } from '../contracts/errors';
import { parseLoadInput } from '../contracts/load';

export interface LoadStepDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

/** A step of `load-batch`: parses its input, names the errors of AWS, writes one log line for each run. */
export function makeLoadStep<Input extends { run: { execution: string } }, Output extends { readonly reason: string }>(
  step: string,
  { log }: LoadStepDeps,
  schema: z.ZodType<Input>,
  work: (input: Input) => Promise<Output>,
): (event: unknown) => Promise<Output> {
  return async (event) => {
    try {
      const input = parseLoadInput(schema, event);
      const output = await work(input);
      log.info(output.reason, { step, execution: input.run.execution, ...output });
      return output;
    } catch (error) {
      const named = nameError(error);
      const waits = named instanceof LoadError && loadErrors[named.name].kind === 'waits';
      const fault = named instanceof NamedError ? named.fault : 'bug';
      if (waits) log.info(named.message, { step, waits: named.name, fault });
      else log.error(messageOf(named), { step, error: named instanceof Error ? named.name : 'unknown', fault });
      throw named;
    }
  };
}

function nameError(error: unknown): unknown {
  if (error instanceof LoadError) return error;
  if (isBusy(error)) return new LoadError('WarehouseBusy', messageOf(error), { cause: error });
  if (isThrottled(error))
    return new LoadError('Throttled', `AWS asks to slow down: ${messageOf(error)}`, { cause: error });
  if (isUnavailable(error))
    return new LoadError('AwsUnavailable', `AWS did not answer: ${messageOf(error)}`, { cause: error });
  return error;
}

/** Too many statements, or sessions, at once; or a cluster that is being resumed. */
function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    ['ActiveStatementsExceededException', 'ActiveSessionsExceededException'].includes(error.name)
  );
}
