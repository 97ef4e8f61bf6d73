import * as z from '../../shared/schema';

/** Asks the probe of a region for the looks of one slot: at all targets that are due, or again at those that were down. JSON. */
export const lookMessageSchema = z.object({
  version: z.literal(1),
  /** ISO 8601, a whole multiple of ten seconds: the same in all regions, even if one of them is late. */
  slot: z.iso.datetime(),
  /** 1, and up to 3 for targets that were down. */
  attempt: z.number().check(z.int(), z.minimum(1), z.maximum(3)),
  /** The targets to look at. Default: all that are due. */
  targets: z.optional(z.array(z.string())),
});
export type LookMessage = z.output<typeof lookMessageSchema>;

/** The event of EventBridge Scheduler: the time that the run was scheduled for, however late within the minute it comes. */
export const scheduleSchema = z.object({ scheduledTime: z.iso.datetime() });

/** The parts of an SQS event that are read. */
export const queueEventSchema = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ SentTimestamp: z.string().check(z.regex(/^\d+$/)) }),
    }),
  ),
});
