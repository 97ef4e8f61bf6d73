import * as z from '../../shared/schema';

/** Asks a region’s probe for one slot: all targets that are due then, or once more for those that were down. JSON. */
export const lookMessageSchema = z.object({
  version: z.literal(1),
  /** ISO 8601, a whole multiple of ten seconds: the same in all regions, whenever each of them gets to it. */
  slot: z.iso.datetime(),
  /** 1, and up to 3 for targets that were down. */
  attempt: z.number().check(z.int(), z.minimum(1), z.maximum(3)),
  /** Only these. */
  targets: z.optional(z.array(z.string())),
});
export type LookMessage = z.output<typeof lookMessageSchema>;

/** What EventBridge Scheduler calls with: its own time of the run, however late within the minute it calls. */
export const scheduleSchema = z.object({ scheduledTime: z.iso.datetime() });

/** What SQS hands to Lambda, as far as it is read. */
export const queueEventSchema = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ SentTimestamp: z.string().check(z.regex(/^\d+$/)) }),
    }),
  ),
});
