import * as z from '../../shared/schema';
import { instanceIdSchema } from './launch';
import { claimInput } from './step';
import { timeSchema } from './time';

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
