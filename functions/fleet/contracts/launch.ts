import * as z from '../../shared/schema';
import { timeSchema } from './time';

/** Where an instance comes from and goes to, as Auto Scaling names it. A newer AWS may have other words. */
export type Place = string;

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
  /** `null`: nothing waits for us (the launch was told by a notification, after the fact). */
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
