import * as z from '../../shared/schema';

/**
 * What ingress hands on of an accepted request: the message in the queue. The body is what was signed, as it came. What a
 * newer ingress has put beside that is left out, and keeps no event from its table.
 */
export const envelopeSchema = z.object({
  v: z.literal(1),
  /** Of this acceptance; a sender that posts again gets another. */
  id: z.string().check(z.minLength(1)),
  source: z.string(),
  tenant: z.string(),
  /** ISO 8601, UTC. */
  receivedAt: z.iso.datetime(),
  /** Orders what one process accepted within a millisecond. */
  seq: z.number().check(z.int()),
  /** The event's id, where the signature or a header has it. */
  eventId: z.optional(z.string()),
  contentEncoding: z.optional(z.string()),
  body: z.discriminatedUnion('in', [
    z.object({ in: z.literal('text'), text: z.string() }),
    z.object({ in: z.literal('base64'), base64: z.string() }),
    // Too large for a message: kept in the store under this key.
    z.object({ in: z.literal('store'), key: z.string(), bytes: z.number() }),
  ]),
});

export type Envelope = z.output<typeof envelopeSchema>;
