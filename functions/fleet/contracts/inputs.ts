import * as z from '../../shared/schema';
import { describeMistakes, mistakesIn } from '../../shared/schema';
import { StepError } from './errors';

// As ISO 8601 and RFC 3339 let it be written: `date -Ins` has a comma before its fraction, `date --rfc-3339` a space for
// the T, and `t` and `z` may be small.
const written = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:[.,](\d+))?(?:([Zz])|([+-]\d\d):?(\d\d)?)$/;

/**
 * An instant as ISO 8601 writes it, with whatever offset, given on in UTC. AWS writes `Z`; what a person or another
 * system hands over (`+02:00`, and `+0200` as `date` prints it) is the same instant.
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

/** Where an instance comes from and goes to, as Auto Scaling names it. A newer AWS may have other words. */
export type LifecyclePlace = string;

export const instanceIdSchema = z.string('an instance id').check(z.regex(/^i-[0-9a-f]+$/, 'an instance id'));

/**
 * The input of a scale-out execution: which instance to bring into service, and which lifecycle action to complete
 * when that is done. It names, it does not configure: the group's settings are read by the steps when they run.
 * What a newer version has put beside that is left out.
 */
export const launchSchema = z.object({
  group: z.string().check(z.minLength(1)),
  instanceId: instanceIdSchema,
  origin: z.string().check(z.minLength(1)),
  destination: z.string().check(z.minLength(1)),
  /** `null`: nothing waits for us (the launch came by a notification, after the fact). */
  lifecycle: z.nullable(
    z.object({
      hookName: z.string().check(z.minLength(1)),
      /** `null`: not known, since the event that has it was lost; the action is then named by the instance. */
      token: z.nullable(z.string().check(z.minLength(1))),
      /** Since when the instance has been waiting (ISO 8601); the earliest that it can be, if the event was lost. */
      since: z.optional(timeSchema),
    }),
  ),
  /** `retry`: a new attempt at a launch that could not be redriven; builds that have succeeded are not repeated. */
  startedBy: z.enum(['lifecycle-event', 'notification', 'reconciler', 'retry']),
});

export type Launch = z.output<typeof launchSchema>;

// Inputs leave out what they do not know: while a deployment goes back, and in redrives for 14 days after that, its older
// functions are called by executions that newer ones have begun. test/golden has the inputs of each version.

/** What every step knows of the run that it is part of; the state machine takes it from its context object. */
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
/** The input of `check-dns`, which does not read the member: it gets the instance's name, for its log lines. */
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

/**
 * Why an instance gives up what it holds. `to-warm-pool`: it goes back there, and stays provisioned. `root-volume`: it
 * is to be launched once more, and keeps index and name.
 */
export const releaseReasons = ['scale-in', 'abandoned', 'orphan', 'to-warm-pool', 'root-volume'] as const;
export type ReleaseReason = (typeof releaseReasons)[number];

/** The input of a release execution. */
export const releaseSchema = z.object({
  group: z.string().check(z.minLength(1)),
  instanceId: instanceIdSchema,
  reason: z.enum(releaseReasons),
  /** `null`: no lifecycle action waits for the end of the release. */
  lifecycle: z.nullable(
    z.object({
      hookName: z.string().check(z.minLength(1)),
      /** `null`: not known; the action is then named by the instance. */
      token: z.nullable(z.string().check(z.minLength(1))),
      /** As in a launch: an operator makes a release's input of that of its launch. */
      since: z.optional(timeSchema),
      result: z.enum(['CONTINUE', 'ABANDON']),
    }),
  ),
  /**
   * The launches (ARNs of executions) of the stay that ends. What a later one has taken over since is not touched: the
   * instance has come back. Absent in a release that was started by hand.
   */
  launches: z.optional(z.array(z.string().check(z.minLength(1)))),
});

/** The input of every step of a release. */
export const releaseInput = z.object({ release: releaseSchema, run: claimInput.shape.run });

export type Release = z.output<typeof releaseSchema>;
export type ReleaseInput = z.output<typeof releaseInput>;

/**
 * Since when a step has been trying, in milliseconds up to `now`: since its state was entered, or since the last
 * redrive, whichever is later. A redrive gives the whole time again; it would be pointless otherwise.
 *
 * A redrive does not enter the state again, as recorded on AWS: `enteredAt` stays, so both times are looked at.
 */
export function elapsedSince(
  run: { enteredAt: string; redrivenAt: string | null },
  now: Date,
  ...others: string[]
): number {
  const starts = [run.enteredAt, ...(run.redrivenAt === null ? [] : [run.redrivenAt]), ...others];
  return now.getTime() - Math.max(...starts.map((start) => Date.parse(start)));
}

/** Whether the state was redriven since it was entered: a person has asked for another try of it. */
export function wasRedriven({ enteredAt, redrivenAt }: { enteredAt: string; redrivenAt: string | null }): boolean {
  return redrivenAt !== null && Date.parse(redrivenAt) > Date.parse(enteredAt);
}
