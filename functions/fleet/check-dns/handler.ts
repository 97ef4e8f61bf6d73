import { isChangeUnknown } from '../../shared/aws-errors';
import { StepError } from '../contracts/errors';
import { dnsInput, type StepOutput } from '../contracts/step';
import type { Route53 } from '../ports/route53';
import { makeStep, type StepDeps } from '../step';

interface Deps extends StepDeps {
  route53: Route53;
}

/** Ensures that the DNS changes have reached all of Route 53's name servers. */
export const makeHandler = (deps: Deps) =>
  makeStep('check-dns', deps, dnsInput, async ({ changes }): Promise<StepOutput> => {
    if (changes.length === 0) return { action: 'passed', reason: 'no DNS change to wait for' };
    for (const change of changes) {
      const status = await statusOf(deps.route53, change);
      if (status === 'PENDING') throw new StepError('DnsPending', `DNS change ${change} is still PENDING`);
    }
    return { action: 'in-sync', reason: 'the DNS change is INSYNC' };
  });

async function statusOf(route53: Route53, id: string): Promise<string> {
  try {
    return (await route53.getChange({ Id: id })).ChangeInfo?.Status ?? 'PENDING';
  } catch (error) {
    // Route 53 forgets old changes, and only those: a redrive next week must not hang on one.
    if (isChangeUnknown(error)) return 'INSYNC';
    throw error;
  }
}
