import { isZoneMissing } from '../../shared/aws-errors';
import { StepError } from '../contracts/errors';
import type { StepOutput } from '../contracts/step';
import { isTakenOver } from '../domain/release';
import { planRemoval } from '../domain/owned-records';
import type { Ledger, Member } from '../ports/ledger';
import type { Route53 } from '../ports/route53';
import { makeReleaseStep, type StepDeps } from '../step';
import { change, readName } from '../zone';

interface Deps extends StepDeps {
  route53: Route53;
  ledger: Ledger;
}

/** Ensures that no record that is marked as the instance's is left in DNS. Nobody else's is touched. */
export const makeHandler = (deps: Deps) =>
  makeReleaseStep('remove-dns', deps, async (member, { reason }): Promise<StepOutput> => {
    const keeps = reason === 'root-volume' || (member !== undefined && !isTakenOver(member, reason));
    if (keeps) return { action: 'passed', reason: 'it keeps its name' };
    if (member?.dnsNames === undefined) return { action: 'passed', reason: 'it was never put into DNS' };
    const reasons: string[] = [];
    for (const place of member.dnsNames) reasons.push(await remove(deps.route53, member, place));
    return { action: 'removed', reason: reasons.join('; ') };
  });

async function remove(route53: Route53, member: Member, place: string): Promise<string> {
  const [zoneId = '', name = ''] = place.split('/');
  const contents = await readName(route53, zoneId, name).catch(ignoreMissingZone);
  if (contents === undefined) return `zone ${zoneId} is gone`;
  const plan = planRemoval(name, contents.records, member.instanceId);
  if (plan.action === 'remove') {
    const comment = `muster: remove for ${member.instanceId}`;
    await change(route53, zoneId, comment, plan.changes).catch(ignoreZoneGoneMeanwhile);
  }
  return plan.reason;
}

/** What the zone refuses otherwise still stands there: then the number is not free, and a person has to look. */
function ignoreZoneGoneMeanwhile(error: unknown): void {
  if (!(error instanceof StepError && isZoneMissing(error.cause))) throw error;
}

function ignoreMissingZone(error: unknown): undefined {
  if (error instanceof StepError && error.name === 'ZoneUnusable') return undefined;
  throw error;
}
