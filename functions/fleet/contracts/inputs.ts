import * as z from '../../shared/schema';
import { describeMistakes, mistakesIn } from '../../shared/schema';
import { StepError } from './errors';

// ISO 8601 and RFC 3339 allow these forms: `date -Ins` prints a comma before the fraction, `date --rfc-3339` a space
// instead of the T, and `t` and `z` may be lower case.
const written = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:[.,](\d+))?(?:([Zz])|([+-]\d\d):?(\d\d)?)$/;

/**
 * An instant in ISO 8601 with any offset, converted to UTC. AWS writes `Z`; an operator or another system may write the
 * same instant with an offset (`+02:00`, or `+0200` as `date` prints it).
 */
export const timeSchema = z.pipe(
  z.pipe(z.pipe(z.string(), z.transform(canonical)), z.iso.datetime({ offset: true })),
  z.transform((text) => (text.endsWith('Z') ? text : new Date(text).toISOString())),
);

function canonical(text: string): string {
  const [, date, time, seconds = ':00', fraction, utc, hours, minutes = '00'] = written.exec(text) ?? [];
  if (date === undefined) return text;
  const offset = utc === undefined ? `${hours}:${minutes}` : 'Z';
  return `${date}T${time}${seconds}${fraction === undefined ? '' : `.${fraction}`}${offset}`;
}

/** Where an instance comes from and goes to, in Auto Scaling's words. Later versions of AWS may add words. */
export type LifecyclePlace = string;

export const instanceIdSchema = z.string('an instance id').check(z.regex(/^i-[0-9a-f]+$/, 'an instance id'));

/**
 * The input of a scale-out execution: which instance to bring into service, and which lifecycle action to complete
 * afterwards. It has names, not configuration: each step reads the group's settings when it runs. Fields that a newer
 * version adds are dropped.
 */
export const launchSchema = z.object({
  group: z.string().check(z.minLength(1)),
  instanceId: instanceIdSchema,
  origin: z.string().check(z.minLength(1)),
  destination: z.string().check(z.minLength(1)),
  /** `null`: no lifecycle action waits (a notification reported the launch, after the fact). */
  lifecycle: z.nullable(
    z.object({
      hookName: z.string().check(z.minLength(1)),
      /** `null`: not known, because the event that has it was lost. The action is then identified by the instance. */
      token: z.nullable(z.string().check(z.minLength(1))),
      /** When the instance began to wait (ISO 8601); if the event was lost, the earliest possible time. */
      since: z.optional(timeSchema),
    }),
  ),
  /** `retry`: a new attempt at a launch that could not be redriven. It does not repeat builds that succeeded. */
  startedBy: z.enum(['lifecycle-event', 'notification', 'reconciler', 'retry']),
});

export type Launch = z.output<typeof launchSchema>;

// Schemas of inputs drop fields that they do not know. During a rollback, and in redrives for 14 days after it, the
// older functions receive inputs from executions that newer functions started. test/golden has the inputs of each
// version.

/** What every step knows about its run; the state machine takes it from its context object. */
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
 * The input of every later step. The step acts for the instance only while it holds this index. `null`: the instance
 * enters a warm pool and has no index.
 */
export const stepInput = z.object({
  ...claimInput.shape,
  index: z.nullable(z.number().check(z.int(), z.minimum(0))),
  /**
   * How many instances were on their way into service, in all groups, when this one claimed its index; 0: not known.
   */
  crowd: z._default(z.number().check(z.int(), z.minimum(0)), 0),
});
/** The input of `run-build`. */
export const buildInput = z.object({ ...stepInput.shape, job: z.enum(['provision', 'deploy']) });
/**
 * The input of `check-dns`. The step does not read the member, so the input has the instance's name, for its log lines.
 */
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

/** What every step returns: what it found or did, and why, in words for the operator. */
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

/**
 * Why an instance gives up what it holds. `to-warm-pool`: the instance returns to the warm pool and stays provisioned.
 * `root-volume`: the instance is launched once more, and keeps its index and name.
 */
export const releaseReasons = ['scale-in', 'abandoned', 'orphan', 'to-warm-pool', 'root-volume'] as const;
export type ReleaseReason = (typeof releaseReasons)[number];

/** The input of a release execution. */
export const releaseSchema = z.object({
  group: z.string().check(z.minLength(1)),
  instanceId: instanceIdSchema,
  reason: z.enum(releaseReasons),
  /** `null`: no lifecycle action waits for the release. */
  lifecycle: z.nullable(
    z.object({
      hookName: z.string().check(z.minLength(1)),
      /** `null`: not known; the action is then identified by the instance. */
      token: z.nullable(z.string().check(z.minLength(1))),
      /** The same field as in a launch: an operator makes the input of a release from the input of its launch. */
      since: z.optional(timeSchema),
      result: z.enum(['CONTINUE', 'ABANDON']),
    }),
  ),
  /**
   * The launches (ARNs of executions) of the stay that ends. The release does not touch what a later launch has taken
   * over: the instance has returned. Absent in a release that was started by hand.
   */
  launches: z.optional(z.array(z.string().check(z.minLength(1)))),
});

/** The input of every step of a release. */
export const releaseInput = z.object({ release: releaseSchema, run: claimInput.shape.run });

export type Release = z.output<typeof releaseSchema>;
export type ReleaseInput = z.output<typeof releaseInput>;

/**
 * How long a step has been trying, in milliseconds up to `now`: since its state was entered, or since the last redrive,
 * whichever is later. A redrive gives the full time again; otherwise it would be pointless.
 *
 * As recorded on AWS, a redrive does not enter the state again: `enteredAt` stays, so both times are read.
 */
export function elapsedSince(
  run: { enteredAt: string; redrivenAt: string | null },
  now: Date,
  ...others: string[]
): number {
  const starts = [run.enteredAt, ...(run.redrivenAt === null ? [] : [run.redrivenAt]), ...others];
  return now.getTime() - Math.max(...starts.map((start) => Date.parse(start)));
}

/** Whether the state was redriven after it was entered: an operator has asked for another try. */
export function wasRedriven({ enteredAt, redrivenAt }: { enteredAt: string; redrivenAt: string | null }): boolean {
  return redrivenAt !== null && Date.parse(redrivenAt) > Date.parse(enteredAt);
}
