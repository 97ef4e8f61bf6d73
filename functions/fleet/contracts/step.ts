import * as z from '../../shared/schema';
import { describeMistakes, mistakesIn } from '../../shared/mistakes';
import { StepError } from './errors';
import { launchSchema } from './launch';
import { timeSchema } from './time';

// Inputs leave out what they do not know: while a deployment goes back, and in redrives for 14 days after that, its older
// functions are called by executions that newer ones have begun. test/golden has the inputs of each version.

/** What every step is told about the run that it is part of; the state machine takes it from its context object. */
const runSchema = z.object({
  /** ARN of the execution. */
  execution: z.string().check(z.minLength(1)),
  /** How often the execution has been redriven. */
  redrives: z.number().check(z.int(), z.minimum(0)),
  /** How often the state has been tried before, since it was entered or redriven. */
  retries: z._default(z.number().check(z.int(), z.minimum(0)), 0),
  /** When the state was entered (ISO 8601). */
  enteredAt: timeSchema,
  /** When the execution was last redriven (ISO 8601); `null` before that. */
  redrivenAt: z.nullable(timeSchema),
});

/** The input of `claim-index`, the one step that comes before there is an index. */
export const claimInput = z.object({ launch: launchSchema, run: runSchema });
/**
 * The input of every later step: it acts for the instance as the holder of this index, or not at all. `null`: the
 * instance enters a warm pool and has none.
 */
export const stepInput = z.object({
  ...claimInput.shape,
  index: z.nullable(z.number().check(z.int(), z.minimum(0))),
  /** How many instances were on their way into service, in all groups, when this one claimed its index; 0: not known. */
  crowd: z._default(z.number().check(z.int(), z.minimum(0)), 0),
});
/** The input of `run-build`. */
export const buildInput = z.object({ ...stepInput.shape, job: z.enum(['provision', 'deploy']) });
/** The input of `check-dns`, which does not read the member: it is told the instance's name, for its log lines. */
export const dnsInput = z.object({
  ...stepInput.shape,
  name: z.nullable(z.string()),
  changes: z.array(z.string()),
});

export type Run = z.output<typeof runSchema>;
export type ClaimInput = z.output<typeof claimInput>;
export type StepInput = z.output<typeof stepInput>;
export type BuildInput = z.output<typeof buildInput>;
export type DnsInput = z.output<typeof dnsInput>;

/** What every step gives back: what it found or did, and why, in words for the operator. */
export interface StepOutput {
  readonly action: string;
  readonly reason: string;
}

/** Parses the input of a step. @throws StepError `InputRefused` with every mistake. */
export function parseStepInput<Input>(schema: z.ZodMiniType<Input>, input: unknown): Input {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new StepError(
    'InputRefused',
    `the step's input has mistakes: ${describeMistakes(mistakesIn(result.error, input))}`,
  );
}
