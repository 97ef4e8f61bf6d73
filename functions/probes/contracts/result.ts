import * as z from 'zod';
import { reasonCodes } from './reasons';

const micros = z.number().int().min(0);

/** How long each phase of a look took, in microseconds; those that it came to. */
export const phasesSchema = z.object({
  lookup: micros.optional(),
  connect: micros.optional(),
  tls: micros.optional(),
  firstByte: micros.optional(),
  transfer: micros.optional(),
});
export type Phases = z.output<typeof phasesSchema>;

export const certificateSchema = z.object({
  subject: z.string(),
  issuer: z.string(),
  /** ISO 8601. */
  notAfter: z.string(),
  /** SHA-256 of the public key, in hex: the same key in a renewed certificate has the same. */
  spki: z.string(),
  authorized: z.boolean(),
  /** OpenSSL's word for why it is not. */
  problem: z.string().optional(),
  daysLeft: z.number(),
});
export type Certificate = z.output<typeof certificateSchema>;

/** What one look at a target found. */
export const resultSchema = z.object({
  target: z.string(),
  up: z.boolean(),
  reason: z.enum(reasonCodes).optional(),
  /** In words, from the other side or about it: text of others, to be shown as text only. */
  detail: z.string().optional(),
  /** It is up, and slower than it should be. */
  slow: z.boolean().optional(),
  address: z.string().optional(),
  status: z.number().optional(),
  bytes: z.number().optional(),
  redirects: z.number().optional(),
  phases: phasesSchema,
  totalMicros: micros,
  certificate: certificateSchema.optional(),
  tls: z.string().optional(),
  /** `false`: the probe's machine was too busy for its times to mean anything. */
  trusted: z.boolean(),
  /** Looks in this run: 1, and up to two more after a failure. */
  attempts: z.number().int().min(1),
});
export type Result = z.output<typeof resultSchema>;

/** What one region tells home of one run: all its targets. */
export const reportSchema = z.object({
  version: z.literal(1),
  region: z.string().regex(/^[a-z0-9-]{1,64}$/),
  /** The scheduler's own time of the run (ISO 8601): what makes repetitions one. */
  slot: z.iso.datetime(),
  sentAt: z.iso.datetime(),
  results: z.array(resultSchema).max(2000),
});
export type Report = z.output<typeof reportSchema>;
