import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { Instance } from '@aws-sdk/client-ec2';
import type { ResourceRecord } from '@aws-sdk/client-route-53';
import { forEachLimited } from '../../../shared/lists';
import type { GroupSettings } from '../../contracts/settings';
import { type Identity, indexIn } from '../../domain/identity';
import { isOwn, parseOwnerRecord, type Owner } from '../../domain/dns/record-sets';
import { isSameId, type RecordedTarget } from '../../domain/targets';
import type { Ledger } from '../../ledger/port';
import { primaryInterface, shownAddresses } from '../../resources/addresses';
import { statesOf, type GroupState } from '../../resources/group-state';
import { answered } from '../../resources/instance';
import { readWholeZone, type WholeZone } from '../../resources/whole-zone';
import { contentsOf, readName, type NameContents } from '../../resources/zone';
import type { AutoScaling, Ec2, ElasticLoadBalancing, Route53, SettingsStore } from '../../ports/aws';
import { findInstances } from '../instances';
import { OperationRefused } from '../operation-refused';

export interface ObserveGroupDeps {
  settings: SettingsStore;
  ledger: Pick<Ledger, 'records'>;
  autoScaling: Pick<AutoScaling, 'describeAutoScalingGroups'>;
  ec2: Pick<Ec2, 'describeInstances'>;
  route53: Route53;
  elasticLoadBalancing: Pick<ElasticLoadBalancing, 'describeTargetHealth'>;
  identity: Identity;
}

/** An instance of the group as EC2 and the load balancer have it. */
export interface ObservedInstance {
  readonly instance: Instance;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly launchedAt: number;
  /** Its targets in the target groups of the settings. */
  readonly targets: readonly RecordedTarget[];
}

/** All that the plan of adopting a group is decided by. */
export interface ObservedGroup extends GroupState {
  readonly settings: GroupSettings;
  /** The instances that EC2 shows, by id. */
  readonly instances: ReadonlyMap<string, ObservedInstance>;
  readonly zones: Zones;
}

/**
 * Looks at a managed group. One call for the group, one query of the ledger, one call of EC2 for each 200 instances, one
 * of ELB for each target group, and each zone once (300 records a call), however many instances there are.
 *
 * @throws OperationRefused for a group that is not managed, or that Auto Scaling does not have.
 */
export async function observeGroup(deps: ObserveGroupDeps, group: string): Promise<ObservedGroup> {
  const managed = await deps.settings.list();
  if (!managed.includes(group))
    throw new OperationRefused(`group '${group}' is not managed: managed are ${managed.sort().join(', ') || 'none'}`);
  const settings = await deps.settings.read(group);
  const states = statesOf(await describeGroup(deps.autoScaling, group));
  const shown = await findInstances(deps.ec2, [...states.keys()]);
  const targets = await targetsOf(deps.elasticLoadBalancing, settings.targetGroups);
  const instances = new Map(shown.map((one) => [one.InstanceId ?? '', seenOf(one, targets)]));
  const records = await deps.ledger.records(group);
  return { settings, records, states, instances, zones: await readZones(deps.route53, settings) };
}

async function describeGroup(autoScaling: ObserveGroupDeps['autoScaling'], group: string): Promise<AutoScalingGroup> {
  const { AutoScalingGroups } = await autoScaling.describeAutoScalingGroups({ AutoScalingGroupNames: [group] });
  const found = answered(AutoScalingGroups, `the group ${group}`).find(
    ({ AutoScalingGroupName }) => AutoScalingGroupName === group,
  );
  if (found === undefined) throw new OperationRefused(`Auto Scaling has no group '${group}' in this region`);
  return found;
}

/**
 * When an instance was launched. EC2's launch time is that of its last start; its primary interface is attached at the
 * launch and stays so (API reference, InstanceNetworkInterfaceAttachment: AttachTime).
 */
export function launchTime(instance: Instance): number {
  const times = [instance.LaunchTime, primaryInterface(instance)?.Attachment?.AttachTime].flatMap(
    (time) => time?.getTime() ?? [],
  );
  return Math.min(...times);
}

function seenOf(instance: Instance, targets: readonly RecordedTarget[]): ObservedInstance {
  const { InstanceId = '', Tags = [] } = instance;
  const ids = [InstanceId, ...shownAddresses(instance).addresses];
  return {
    instance,
    tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    launchedAt: launchTime(instance),
    targets: targets.filter(({ id }) => ids.some((own) => isSameId(own, id))),
  };
}

/** The targets that are registered in the target groups and are not draining. */
async function targetsOf(elb: ObserveGroupDeps['elasticLoadBalancing'], targetGroups: readonly string[]) {
  const found = await forEachLimited(targetGroups, 5, async (targetGroup): Promise<RecordedTarget[]> => {
    const { TargetHealthDescriptions } = await elb.describeTargetHealth({ TargetGroupArn: targetGroup });
    return answered(TargetHealthDescriptions, `the targets of ${targetGroup}`).flatMap(({ Target, TargetHealth }) =>
      Target?.Id === undefined || TargetHealth?.State === 'draining' ? [] : [{ targetGroup, id: Target.Id }],
    );
  });
  return found.flat();
}

/** The zones of the settings, each read once. */
export class Zones {
  readonly #route53: Route53;
  readonly #zones: ReadonlyMap<string, WholeZone>;

  constructor(route53: Route53, zones: ReadonlyMap<string, WholeZone>) {
    this.#route53 = route53;
    this.#zones = zones;
  }

  /**
   * What stands at a name. In a zone of more than 6,000 records the name is asked for. @throws StepError
   * `ZoneUnusable`.
   */
  async at(zoneId: string, name: string): Promise<NameContents> {
    const zone = this.#zones.get(zoneId);
    if (zone?.isWhole !== true) return readName(this.#route53, zoneId, name);
    return contentsOf(zone.sets.filter(({ Name }) => Name === `${name}.`));
  }

  /** The numbers whose names in DNS are marked as an instance's own, by instance. */
  ownRecords(settings: GroupSettings, identity: Identity): Map<string, number> {
    const { dns, group } = settings;
    const found = new Map<string, number>();
    if (dns === undefined) return found;
    const ending = `.${dns.zoneName}.`;
    for (const { Name = '', Type, ResourceRecords = [] } of this.#zones.get(dns.zoneId)?.sets ?? []) {
      const index = Name.endsWith(ending) ? indexIn(settings, Name.slice(0, -ending.length)) : undefined;
      if (Type !== 'TXT' || index === undefined) continue;
      for (const instanceId of ownersIn(ResourceRecords, { identity, group })) found.set(instanceId, index);
    }
    return found;
  }
}

/** The instances of the group that these values of a TXT record mark as the name's owners. */
function ownersIn(values: readonly ResourceRecord[], of: Pick<Owner, 'identity' | 'group'>): string[] {
  return values.flatMap(({ Value = '' }) => {
    const ownerRecord = parseOwnerRecord(Value);
    if (ownerRecord === undefined || ownerRecord.form === 'unknown') return [];
    return isOwn(ownerRecord, { ...of, instanceId: ownerRecord.instanceId }) ? [ownerRecord.instanceId] : [];
  });
}

async function readZones(route53: Route53, { dns }: GroupSettings): Promise<Zones> {
  const ids = [dns?.zoneId, dns?.reverseZone?.zoneId].filter((id) => id !== undefined);
  const zones = await Promise.all(ids.map(async (id) => [id, await readWholeZone(route53, id)] as const));
  return new Zones(route53, new Map(zones));
}
