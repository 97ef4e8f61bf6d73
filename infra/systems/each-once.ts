import type * as z from 'zod';

/** Refuses what stands in a list for the second time: CDK makes one thing of each, and ends with a stack trace. */
export function eachOnce(allowed: string) {
  return (list: readonly string[], context: z.RefinementCtx): void => {
    for (const [at, one] of list.entries()) {
      if (list.indexOf(one) < at) context.addIssue({ code: 'custom', path: [at], message: allowed });
    }
  };
}
