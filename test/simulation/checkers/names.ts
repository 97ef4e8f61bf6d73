import type { ChangeResourceRecordSetsCommandInput } from '@aws-sdk/client-route-53';
import { ownerIn } from '../world/remaining-resources';
import type { Cast } from '../world/scene';
import { mainAddress } from '../world/target-ids';
import type { Checker } from './checker';

export const names: Checker = {
  name: 'names-follow-holders',
  holds: 'no name resolves to an instance that does not hold it',
  watch: (cast, violate) => (seen) => {
    if (seen.kind !== 'call' || seen.error !== undefined) return;
    if (seen.name === 'route53.changeResourceRecordSets')
      checkChange(cast, seen.input as ChangeResourceRecordSetsCommandInput, violate);
  },
};

/** After a change each name that it wrote belongs to a member that has this name, and leads to its address. */
function checkChange(cast: Cast, input: ChangeResourceRecordSetsCommandInput, violate: (what: string) => void): void {
  const { world } = cast;
  for (const { Action, ResourceRecordSet: record } of input.ChangeBatch?.Changes ?? []) {
    if (Action === 'DELETE' || record?.Type !== 'TXT') continue;
    const owner = ownerIn(record.ResourceRecords?.map(({ Value }) => Value ?? '') ?? []);
    const name = (record.Name ?? '').replace(/\.$/, '');
    if (owner === undefined && isForeign(cast, name, record.ResourceRecords ?? [])) continue;
    const member =
      owner && world.groups.map(({ plan }) => world.observedLedger.member(plan.name, owner.instanceId)).find(Boolean);
    if (owner !== undefined && world.observedLedger.unsure.has(owner.instanceId)) continue;
    if (owner === undefined || member === undefined) {
      violate(`${name} was written for ${owner?.instanceId ?? 'no instance'}, which holds no name`);
      continue;
    }
    if (name.endsWith('.in-addr.arpa')) continue;
    // One that was claimed while its group had no DNS gets the name by the zone of today.
    const isIts = member.fqdn === undefined ? name.startsWith(`${member.name}.`) : name === member.fqdn;
    if (!isIts) violate(`${name} was written for ${owner.instanceId}, who is ${member.name}`);
    const { region } = world.lab;
    // A stranger can have put another address beside it.
    const addresses = [...region.route53.world.resolve(name), ...region.route53.world.resolve(name, 'AAAA')];
    const own = mainAddress(world, owner.instanceId);
    if (own !== undefined && !addresses.includes(own))
      violate(`${name} leads to ${addresses.join() || 'nowhere'}, and ${owner.instanceId} has ${own}`);
  }
}

/** What strangers have put there is left, and written once more without what was ours. */
function isForeign({ foreign }: Cast, name: string, values: readonly { Value?: string | undefined }[]): boolean {
  const theirs = foreign.values.filter((one) => one.name === name).map(({ value }) => value);
  return values.length > 0 && values.every(({ Value = '' }) => theirs.includes(Value));
}
