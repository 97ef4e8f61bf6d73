import type * as z from 'zod';
import { isThrottled, isTransactionContended, isUnavailable, messageOf } from '../shared/aws-errors';
import type { LogFields, Logger } from '../shared/logger';
import { StepError, stepErrors } from './contracts/errors';
import { parseStepInput, type Run, type StepOutput } from './contracts/step';
import type { Launch } from './contracts/launch';
import { LedgerError, type Ledger, type Member } from './ports/ledger';

/** What every step is about. */
interface Subject {
  readonly launch: Launch;
  readonly run: Run;
}

/**
 * Makes a Lambda handler of a step: parses the input, names the errors of AWS, and writes one log line for each run.
 * The step itself only observes, decides and applies.
 */
export function makeStep<Input extends Subject, Output extends StepOutput>(
  name: string,
  log: Logger,
  schema: z.ZodType<Input>,
  step: (input: Input) => Promise<Output>,
): (event: unknown) => Promise<Output> {
  return async (event) => {
    const input = parseStepInput(schema, event);
    const fields = {
      step: name,
      group: input.launch.group,
      instance: input.launch.instanceId,
      execution: input.run.execution,
    };
    try {
      const output = await step(input);
      log.info(output.reason, { ...fields, action: output.action });
      return output;
    } catch (error) {
      const named = nameError(error);
      report(log, named, fields);
      throw named;
    }
  };
}

/**
 * The member that the step acts for. A step can run long after its time (a redrive next week): if the instance has
 * lost its index since, somebody else may hold it, and nothing of theirs may be touched.
 *
 * @throws StepError `InstanceGone`.
 */
export async function requireMember(
  ledger: Ledger,
  { launch, index }: { launch: Launch; index: number },
): Promise<Member> {
  const member = await ledger.member(launch.group, launch.instanceId);
  if (member?.index === index) return member;
  throw new StepError(
    'InstanceGone',
    `${launch.instanceId} no longer holds index ${index} of ${launch.group}: it was released`,
  );
}

function nameError(error: unknown): unknown {
  if (error instanceof StepError) return error;
  if (error instanceof LedgerError && error.name === 'NotHolder') {
    return new StepError('InstanceGone', error.message, { cause: error });
  }
  if (isThrottled(error) || isTransactionContended(error))
    return new StepError('Throttled', `AWS asks to slow down: ${messageOf(error)}`, { cause: error });
  if (isUnavailable(error))
    return new StepError('AwsUnavailable', `AWS did not answer: ${messageOf(error)}`, { cause: error });
  return error;
}

function report(log: Logger, error: unknown, fields: LogFields): void {
  if (error instanceof StepError && stepErrors[error.name].kind === 'waits') {
    log.info(error.message, { ...fields, waits: error.name });
    return;
  }
  log.error(messageOf(error), { ...fields, error: error instanceof Error ? error.name : 'unknown' });
}
