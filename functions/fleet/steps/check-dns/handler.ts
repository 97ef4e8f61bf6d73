import { isChangeUnknown } from '../../../shared/aws-errors';
import { StepError } from '../../contracts/errors';
import { dnsInput, type Run, type StepOutput, elapsedSince } from '../../contracts/inputs';
import { isCrowd, restOfTurn } from '../../crowd/size';
import { sharedReadMs, readTogether } from '../../crowd/turns';
import type { Observations } from '../../ledger/records';
import type { Route53 } from '../../ports/aws';
import { makeStep, type StepDeps } from '../step';

interface Deps extends StepDeps {
  route53: Route53;
  ledger: Observations;
}

// Changes take half a minute, mostly: there is no point in asking often before.
const youngMs = 10_000;

/** Ensures that the DNS changes have reached all of Route 53's name servers. */
export const makeHandler = (deps: Deps) =>
  makeStep('check-dns', deps, dnsInput, async ({ launch, run, crowd, changes }): Promise<StepOutput> => {
    if (changes.length === 0) return { action: 'passed', reason: 'no DNS change to wait for' };
    for (const change of changes) {
      const ask = () => statusOf(deps.route53, change);
      const status = isCrowd(crowd)
        ? await askTogether(deps, { group: launch.group, change, crowd }, ask)
        : await ask();
      if (status === 'PENDING') throw new StepError(howLong(run, deps), `DNS change ${change} is still PENDING`);
    }
    return { action: 'in-sync', reason: 'the DNS change is INSYNC' };
  });

function howLong(run: Run, { clock }: Deps): 'DnsSubmitted' | 'DnsPending' {
  return elapsedSince(run, clock.now()) < youngMs ? 'DnsSubmitted' : 'DnsPending';
}

/** All that wait for the same change need the same answer. `INSYNC` is final. */
async function askTogether(
  deps: Deps,
  { group, change, crowd }: { group: string; change: string; crowd: number },
  ask: () => Promise<string>,
): Promise<string> {
  const key = `change ${change}`;
  const goodMs = Math.max(sharedReadMs, restOfTurn(crowd));
  const isGood = ({ value }: { value: string }, ageMs: number) => value === 'INSYNC' || ageMs <= goodMs;
  return (await readTogether(deps, { group, key, crowd, isGood }, ask)) ?? 'PENDING';
}

async function statusOf(route53: Route53, id: string): Promise<string> {
  try {
    return (await route53.getChange({ Id: id })).ChangeInfo?.Status ?? 'PENDING';
  } catch (error) {
    // Route 53 forgets old changes, and only those: a redrive next week must not hang on one.
    if (isChangeUnknown(error)) return 'INSYNC';
    throw error;
  }
}
