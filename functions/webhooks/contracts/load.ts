import * as z from '../../shared/schema';
import { LoadError } from './errors';

const name = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,62}$/));
const batch = z.string().check(z.regex(/^[0-9a-f]{32}$/));
const run = z.object({
  execution: z.string().check(z.minLength(1)),
  redrives: z.number().check(z.int()),
  /** ISO 8601: when this state was entered. */
  enteredAt: z.string(),
});

export const planInput = z.object({ table: name, run });
export const submitInput = z.object({ table: name, batch, attempt: z.number().check(z.int(), z.minimum(1)), run });
export const followInput = z.object({ statement: z.string().check(z.minLength(1)), run });
const followed = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['finished', 'unknown']) }),
  z.object({ state: z.literal('failed'), error: z.string() }),
]);
export const confirmInput = z.object({
  table: name,
  batch,
  attempt: z.number().check(z.int(), z.minimum(1)),
  /** How often the execution had been redriven when the attempt was submitted. */
  submittedAfter: z.number().check(z.int()),
  followed,
  run,
});
export const splitInput = z.object({ table: name, batch, reason: z.string(), run });
export const archiveInput = z.object({ table: name, batch, run });

export type PlanOutput =
  | { readonly action: 'planned'; readonly reason: string; readonly batch: string }
  | { readonly action: 'idle'; readonly reason: string };
export type SubmitOutput =
  | {
      readonly action: 'submitted';
      readonly reason: string;
      readonly statement: string;
      readonly submittedAfter: number;
    }
  | { readonly action: 'stale'; readonly reason: string };
export type FollowOutput = { readonly reason: string } & z.output<typeof followed>;

/** @throws LoadError `InputRefused` */
export function parseLoadInput<Input>(schema: z.ZodMiniType<Input>, event: unknown): Input {
  const result = schema.safeParse(event);
  if (result.success) return result.data;
  const what = result.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join(', ');
  throw new LoadError('InputRefused', `the input of the step is not understood: ${what}`);
}
