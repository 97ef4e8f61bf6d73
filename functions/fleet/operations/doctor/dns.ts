import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { isZoneMissing, messageOf } from '../../../shared/aws-errors';
import { isOfGroup, parseOwnerRecord } from '../../domain/dns/record-sets';
import { readWholeZone, type WholeZone } from '../../resources/whole-zone';
import { findInstances } from '../instances';
import { notice, problem, type CheckResult } from './finding';
import type { DoctorDeps, InspectedGroup } from './check-inputs';

/**
 * Checks the zone of the settings: its name, and that it has the records of the instances that exist, and no others.
 */
export async function checkZone(deps: DoctorDeps, { settings, records }: InspectedGroup): Promise<CheckResult[]> {
  const { dns } = settings;
  if (dns === undefined) return [];
  const read = await readZone(deps, dns.zoneId);
  if (typeof read === 'string')
    return [problem('zone-unreadable', `zone ${dns.zoneId}: ${read}`, 'fix dns.zoneId in the settings')];
  const { sets, isWhole } = read;
  const apex = sets.find(({ Type }) => Type === 'SOA')?.Name?.replace(/\.$/, '');
  if (apex !== undefined && apex !== dns.zoneName)
    return [
      problem(
        'zone-name-differs',
        `zone ${dns.zoneId} is ${apex}, and the settings say ${dns.zoneName}`,
        'fix dns.zoneId or dns.zoneName',
      ),
    ];
  const names = new Set(
    sets.filter(({ Type }) => Type === 'A' || Type === 'AAAA').map(({ Name = '' }) => Name.replace(/\.$/, '')),
  );
  const live = new Map(records.members.map((member) => [member.instanceId, member]));
  const orphans = sets.flatMap((set) => orphanOf(set, settings.group, deps, live));
  const missing = records.members.filter(
    ({ phase, fqdn }) => phase === 'in-service' && fqdn !== undefined && !names.has(fqdn),
  );
  return [
    ...orphans,
    ...(missing.length === 0 || !isWhole
      ? []
      : [
          problem(
            'dns-missing',
            `in service and not in DNS: ${missing.map(({ name }) => name).join(', ')}`,
            'their records were removed by hand: terminate them in their group, or put the records back by hand',
          ),
        ]),
  ];
}

/** A lookup from a VPC that a private zone is not associated with finds none of its names. */
export async function checkZoneVpc(
  { deployed, ec2 }: DoctorDeps,
  { settings, group }: InspectedGroup,
): Promise<CheckResult[]> {
  const { dns } = settings;
  const ids = (group.Instances ?? []).slice(0, 1).flatMap(({ InstanceId }) => InstanceId ?? []);
  if (dns === undefined || deployed === undefined || ids.length === 0) return [];
  const vpcs = await deployed.zoneVpcs(dns.zoneId);
  const vpc = (await findInstances(ec2, ids))[0]?.VpcId;
  if (vpcs === undefined || vpc === undefined || vpcs.includes(vpc)) return [];
  return [
    problem(
      'zone-not-associated',
      `zone ${dns.zoneId} is private and of ${vpcs.join(', ') || 'no VPC'}; the instances are in ${vpc}, where its names are not found`,
      `associate it: aws route53 associate-vpc-with-hosted-zone --hosted-zone-id ${dns.zoneId} --vpc VPCRegion=REGION,VPCId=${vpc}`,
    ),
  ];
}

function orphanOf(
  set: ResourceRecordSet,
  group: string,
  { identity }: DoctorDeps,
  live: ReadonlyMap<string, { readonly fqdn?: string }>,
): CheckResult[] {
  if (set.Type !== 'TXT') return [];
  const name = (set.Name ?? '').replace(/\.$/, '');
  return (set.ResourceRecords ?? []).flatMap(({ Value = '' }) => {
    const ownerRecord = parseOwnerRecord(Value);
    if (ownerRecord === undefined || ownerRecord.form === 'unknown' || !isOfGroup(ownerRecord, { identity, group }))
      return [];
    if (live.has(ownerRecord.instanceId)) return [];
    return [
      notice(
        'dns-orphan',
        `${name} is marked for ${ownerRecord.instanceId}, which holds no number`,
        'the next launch of that number replaces it once the instance is gone; look whether it still runs',
      ),
    ];
  });
}

async function readZone({ route53 }: DoctorDeps, zoneId: string): Promise<WholeZone | string> {
  try {
    return await readWholeZone(route53, zoneId);
  } catch (error) {
    if (isZoneMissing(error)) return messageOf(error);
    throw error;
  }
}
