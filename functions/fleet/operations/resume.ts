import { closeBreaker, type BreakerDeps } from '../outcomes/success';

export interface ResumeResult {
  readonly action: 'closed' | 'none';
  readonly group: string;
  readonly reason: string;
}

/**
 * Closes the breaker of a group: held instances are abandoned again when their hold ends, and the count of failures
 * begins at zero.
 */
export async function resume(deps: BreakerDeps, { group }: { readonly group: string }): Promise<ResumeResult> {
  const was = await closeBreaker(deps, group);
  if (was?.openedAt === undefined) return { action: 'none', group, reason: `the breaker of ${group} was not open` };
  return { action: 'closed', group, reason: `the breaker of ${group} is closed, which was open since ${was.openedAt}` };
}
