import type { Instance } from '@aws-sdk/client-ec2';
import { union } from '../../shared/union';
import { StepError } from '../contracts/errors';
import type { DnsSettings } from '../contracts/settings';
import { stepInput, type StepOutput } from '../contracts/step';
import { ownerOf, planName, reverseName, type WantedName } from '../domain/owned-records';
import { addressOf, isDead, requireInstance } from '../instances';
import type { Ec2 } from '../ports/ec2';
import type { Ledger, Member } from '../ports/ledger';
import type { Route53 } from '../ports/route53';
import type { Settings } from '../ports/settings';
import { makeMemberStep, passedInPool, type StepDeps } from '../step';
import { change, readName } from '../zone';

export interface RegisterDnsOutput extends StepOutput {
  /** The changes to wait for, one a zone. */
  readonly changes: readonly string[];
}

interface Deps extends StepDeps {
  settings: Settings;
  ec2: Ec2;
  route53: Route53;
  ledger: Ledger;
}

/** Ensures that the instance's name, and with a reverse zone its address, is in DNS and marked as this instance's. */
export const makeHandler = (deps: Deps) =>
  makeMemberStep(
    'register-dns',
    deps,
    stepInput,
    async (member): Promise<RegisterDnsOutput> => {
      const { dns } = await deps.settings.read(member.group);
      if (dns === undefined)
        return { action: 'passed', reason: `${member.group} has no DNS in its settings`, changes: [] };

      const addresses = addressesOf(await requireInstance(deps.ec2, member.instanceId), dns);
      const names = wantedNames(member, dns, addresses);
      // Before it is done: whatever happens next, and whatever the settings are by then, the release knows where to look.
      await deps.ledger.update(member, { dnsNames: union(member.dnsNames, names.map(placeOf)) });
      const changes: string[] = [];
      const reasons: string[] = [];
      for (const [position, { zoneId, wanted }] of names.entries()) {
        const { id, reason } = await ensureName(deps, zoneId, wanted, member.dnsChanges?.[position]);
        changes.push(id);
        reasons.push(reason);
      }
      await deps.ledger.update(member, { addresses: addresses.all, dnsChanges: changes });
      return { action: 'registered', reason: reasons.join('; '), changes };
    },
    () => ({ ...passedInPool, changes: [] }),
  );

function placeOf({ zoneId, wanted }: { zoneId: string; wanted: WantedName }): string {
  return `${zoneId}/${wanted.name}`;
}

interface Addresses {
  readonly ipv4: string;
  readonly ipv6: string | undefined;
  readonly all: readonly string[];
}

function addressesOf(instance: Instance, dns: DnsSettings): Addresses {
  const ipv4 = addressOf(instance);
  const ipv6 = dns.ipv6 ? instance.NetworkInterfaces?.[0]?.Ipv6Addresses?.[0]?.Ipv6Address : undefined;
  if (dns.ipv6 && ipv6 === undefined) {
    throw new StepError(
      'InstanceNotVisibleYet',
      'EC2 shows no IPv6 address of the instance yet, and dns.ipv6 asks for one',
    );
  }
  return { ipv4, ipv6, all: ipv6 === undefined ? [ipv4] : [ipv4, ipv6] };
}

function wantedNames(
  member: Member,
  dns: DnsSettings,
  { ipv4, ipv6 }: Addresses,
): { zoneId: string; wanted: WantedName }[] {
  const owner = { group: member.group, instanceId: member.instanceId };
  const ttl = dns.ttlSeconds;
  const name = member.fqdn ?? `${member.name}.${dns.zoneName}`;
  const forward: WantedName = {
    name,
    ttl,
    owner,
    records: [
      { type: 'A', values: [ipv4] },
      ...(ipv6 === undefined ? [] : [{ type: 'AAAA' as const, values: [ipv6] }]),
    ],
  };
  if (dns.reverseZone === undefined) return [{ zoneId: dns.zoneId, wanted: forward }];
  const reverse: WantedName = { name: reverseName(ipv4), ttl, owner, records: [{ type: 'PTR', values: [`${name}.`] }] };
  return [
    { zoneId: dns.zoneId, wanted: forward },
    { zoneId: dns.reverseZone.zoneId, wanted: reverse },
  ];
}

async function ensureName(
  deps: Deps,
  zoneId: string,
  wanted: WantedName,
  knownChange: string | undefined,
): Promise<{ id: string; reason: string }> {
  const { records, foreign } = await readName(deps.route53, zoneId, wanted.name);
  const owner = ownerOf(records);
  const another = owner !== undefined && owner.instanceId !== wanted.owner.instanceId;
  const ownerIsDead = another && (await isDead(deps.ec2, owner.instanceId));
  const plan = planName(wanted, records, foreign, ownerIsDead, knownChange);
  switch (plan.action) {
    case 'taken':
      throw new StepError('NameTaken', plan.reason);
    case 'none':
      return { id: plan.change, reason: plan.reason };
    case 'create':
    case 'replace':
    case 'confirm': {
      const comment = `muster: ${plan.action} for ${wanted.owner.instanceId}`;
      return { id: await change(deps.route53, zoneId, comment, plan.changes), reason: plan.reason };
    }
  }
}
