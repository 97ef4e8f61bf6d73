import * as z from '../../shared/schema';
import { reasonCodes } from './reasons';

const micros = z.number().check(z.int(), z.minimum(0));

/** How long each phase of a look took, in microseconds; phases that it did not reach are missing. */
export const phasesSchema = z.object({
  lookup: z.optional(micros),
  connect: z.optional(micros),
  tls: z.optional(micros),
  firstByte: z.optional(micros),
  transfer: z.optional(micros),
});
export type Phases = z.output<typeof phasesSchema>;

export const certificateSchema = z.object({
  subject: z.string(),
  issuer: z.string(),
  /** ISO 8601. */
  notAfter: z.string(),
  /** SHA-256 of the public key, in hex; a renewed certificate with the same key has the same. */
  spki: z.string(),
  authorized: z.boolean(),
  /** OpenSSL's error code, if it is not valid. */
  problem: z.optional(z.string()),
  daysLeft: z.number(),
});
export type Certificate = z.output<typeof certificateSchema>;

/** The result of one look at a target. */
export const resultSchema = z.object({
  target: z.string(),
  up: z.boolean(),
  reason: z.optional(z.enum(reasonCodes)),
  /** What happened, in words. It may contain text of the target: show it as text only. */
  detail: z.optional(z.string()),
  /** It is up, and slower than it should be. */
  slow: z.optional(z.boolean()),
  address: z.optional(z.string()),
  status: z.optional(z.number()),
  bytes: z.optional(z.number()),
  redirects: z.optional(z.number()),
  phases: phasesSchema,
  totalMicros: micros,
  certificate: z.optional(certificateSchema),
  tls: z.optional(z.string()),
  /** `false`: the machine of the probe was too busy for the times to be meaningful. */
  trusted: z.boolean(),
  /** How many looks this run made: 1, and up to two more after a failure. */
  attempts: z.number().check(z.int(), z.minimum(1)),
});
export type LookResult = z.output<typeof resultSchema>;

/** The report of one run of one region to home, with the results of all its targets. */
export const reportSchema = z.object({
  version: z.literal(1),
  region: z.string().check(z.regex(/^[a-z0-9-]{1,64}$/)),
  /** The minute after the scheduler's own time, and a whole multiple of ten seconds in it (ISO 8601): what makes repetitions one. */
  slot: z.iso.datetime(),
  sentAt: z.iso.datetime(),
  results: z.array(resultSchema).check(z.maxLength(2000)),
});
export type Report = z.output<typeof reportSchema>;
