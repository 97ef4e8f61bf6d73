import type { ChangeResourceRecordSetsCommandInput } from '@aws-sdk/client-route-53';
import { parseOwner } from '../../../functions/fleet/domain/owned-records';
import type { Cast } from '../perform';
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
function checkChange(
  { world }: Cast,
  input: ChangeResourceRecordSetsCommandInput,
  violate: (what: string) => void,
): void {
  for (const { Action, ResourceRecordSet: record } of input.ChangeBatch?.Changes ?? []) {
    if (Action === 'DELETE' || record?.Type !== 'TXT') continue;
    // Beside it a value of a stranger's can stand.
    const owner = (record.ResourceRecords ?? []).map(({ Value = '' }) => parseOwner(Value)).find(Boolean);
    const name = (record.Name ?? '').replace(/\.$/, '');
    const member =
      owner && world.groups.map(({ plan }) => world.roll.member(plan.name, owner.instanceId)).find(Boolean);
    if (owner === undefined || member === undefined) {
      violate(`${name} was written for ${owner?.instanceId ?? 'nobody'}, who holds no name`);
      continue;
    }
    if (name.endsWith('.in-addr.arpa')) continue;
    if (member.fqdn !== name) violate(`${name} was written for ${owner.instanceId}, who is ${member.name}`);
    const { region } = world.lab;
    // A stranger can have put another address beside it.
    const { privateIp, ipv6 } = region.ec2.world.find(owner.instanceId) ?? {};
    const addresses = [...region.route53.world.resolve(name), ...region.route53.world.resolve(name, 'AAAA')];
    const own = privateIp ?? ipv6;
    if (own !== undefined && !addresses.includes(own))
      violate(`${name} leads to ${addresses.join() || 'nowhere'}, and ${owner.instanceId} has ${own}`);
  }
}
