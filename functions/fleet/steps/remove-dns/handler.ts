import { isZoneMissing } from '../../../shared/aws-errors';
import { StepError } from '../../contracts/errors';
import type { StepOutput } from '../../contracts/inputs';
import { isGivenUpBy } from '../../domain/release';
import type { Identity } from '../../domain/identity';
import { changeComment, planRemoval, type HeldName } from '../../domain/dns/record-sets';
import type { Ledger, Member } from '../../ledger/port';
import type { Route53 } from '../../ports/aws';
import { makeReleaseStep, type StepDeps } from '../step';
import { changeRecords, readName } from '../../resources/zone';

interface Deps extends StepDeps {
  route53: Route53;
  ledger: Ledger;
  identity: Identity;
}

/** Ensures that no record that is marked as the instance's is left in DNS. No other record is touched. */
export const makeHandler = (deps: Deps) =>
  makeReleaseStep('remove-dns', deps, async (member, { reason }): Promise<StepOutput> => {
    if (!isGivenUpBy(member, reason)) return { action: 'passed', reason: 'it keeps its name' };
    if (member?.dnsNames === undefined) return { action: 'passed', reason: 'it was never put into DNS' };
    const reasons: string[] = [];
    for (const place of member.dnsNames) reasons.push(await remove(deps, member, place));
    return { action: 'removed', reason: reasons.join('; ') };
  });

/** @throws StepError `NameStuck`: its number must not be free while its own name still leads to it. */
async function remove({ route53, identity }: Deps, member: Member, place: string): Promise<string> {
  const [zoneId = '', name = ''] = place.split('/');
  const contents = await readName(route53, zoneId, name).catch(ignoreMissingZone);
  if (contents === undefined) return `zone ${zoneId} is gone`;
  const held = heldAt(name, member, identity);
  const plan = planRemoval(held, contents.records, contents.foreign);
  if (plan.action === 'stuck') throw new StepError('NameStuck', plan.reason);
  if (plan.action === 'remove') {
    const comment = changeComment(`remove for ${member.instanceId}`, held.owner);
    await changeRecords(route53, zoneId, comment, plan.changes).catch(ignoreZoneGoneMeanwhile);
  }
  return plan.reason;
}

/**
 * If the zone refuses for another reason, the records still exist: the number stays taken, and an operator must act.
 */
function ignoreZoneGoneMeanwhile(error: unknown): void {
  if (!(error instanceof StepError && isZoneMissing(error.cause))) throw error;
}

function heldAt(name: string, member: Member, identity: Identity): HeldName {
  const { group, instanceId, addresses = [], dnsNames = [], dnsChanges, dnsBatch } = member;
  return {
    name,
    owner: { identity, group, instanceId },
    values: [...addresses, ...dnsNames.map((place) => `${place.split('/')[1] ?? ''}.`)],
    wasWritten: dnsChanges !== undefined || (dnsBatch !== undefined && dnsBatch.length > 0),
  };
}

function ignoreMissingZone(error: unknown): undefined {
  if (error instanceof StepError && error.name === 'ZoneUnusable') return undefined;
  throw error;
}
