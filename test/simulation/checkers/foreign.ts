import type { CreateTagsCommandInput } from '@aws-sdk/client-ec2';
import type { ChangeResourceRecordSetsCommandInput } from '@aws-sdk/client-route-53';
import { isOfDeployment, ownerIn } from '../world/remaining-resources';
import { instanceOfTarget } from '../world/target-ids';
import { deploymentTag, indexTag } from '../../../functions/fleet/domain/identity';
import type { Invocation } from '../invocation';
import type { ServiceCall } from '../world/observe';
import type { Cast } from '../world/scene';
import type { Checker } from './checker';

export const foreign: Checker = {
  name: 'foreign-untouched',
  holds: 'no record, tag or target is touched that is not that of the instance at hand, or of one that waits with it',
  watch: (cast, violate) => (seen) => {
    if (seen.kind !== 'call' || seen.error !== undefined) return;
    switch (seen.name) {
      case 'route53.changeResourceRecordSets':
        checkRecords(cast, seen, violate);
        break;
      case 'ec2.createTags':
        checkTags(cast, seen, violate);
        break;
      case 'elasticLoadBalancing.registerTargets':
      case 'elasticLoadBalancing.deregisterTargets':
        checkTargets(cast, seen, violate);
        break;
    }
  },
};

function checkRecords({ world, foreign }: Cast, { input, by }: ServiceCall, violate: (what: string) => void): void {
  for (const { zoneId, name, type, values } of foreign.records.values()) {
    const now = world.lab.region.route53.world.zone(zoneId).records.get(`${name}.`, type)?.values;
    if (now?.join() !== values.join()) violate(`a stranger's ${type} record ${name} is ${now?.join() ?? 'gone'}`);
  }
  for (const { zoneId, name, type, value } of foreign.values) {
    const now = world.lab.region.route53.world.zone(zoneId).records.get(`${name}.`, type)?.values ?? [];
    if (!now.includes(value)) violate(`a stranger's value ${value} is gone from the ${type} record ${name}`);
  }
  const subject = subjectOf(by);
  for (const { Action, ResourceRecordSet: record } of (input as ChangeResourceRecordSetsCommandInput).ChangeBatch
    ?.Changes ?? []) {
    const owner =
      record?.Type === 'TXT' ? ownerIn(record.ResourceRecords?.map(({ Value }) => Value ?? '') ?? []) : undefined;
    if (Action !== 'DELETE' || owner === undefined || owner.instanceId === subject) continue;
    if (!isOfDeployment(owner, world.lab.muster.identity))
      violate(
        `${record?.Name ?? ''} of another deployment (${owner.instanceId}) was taken away for ${subject ?? 'no instance'}`,
      );
    // An address is given to another instance when its first one is dead: then its reverse name goes with it.
    const isAlive = ['pending', 'running'].includes(
      world.lab.region.ec2.world.find(owner.instanceId)?.state.current ?? '',
    );
    const isReverse = record?.Name?.endsWith('.in-addr.arpa.') === true;
    if (isReverse && !isAlive) continue;
    const holder = world.groups.flatMap(
      ({ plan }) => world.observedLedger.member(plan.name, owner.instanceId) ?? [],
    )[0];
    // A ledger that was restored has forgotten the name under which a launch was first begun.
    const isLeftBehind = !isReverse && holder?.fqdn !== undefined && `${holder.fqdn}.` !== record?.Name;
    if (holder !== undefined && !isLeftBehind)
      violate(`${record?.Name ?? ''} of ${holder.name} was taken away for ${subject ?? 'no instance'}`);
  }
}

function checkTags({ world }: Cast, { input, by }: ServiceCall, violate: (what: string) => void): void {
  const { Resources = [], Tags = [] } = input as CreateTagsCommandInput;
  const subject = by === undefined ? undefined : launchOrReleaseOf(by);
  for (const id of Resources) {
    const holds = world.groups.find(({ plan }) => world.observedLedger.member(plan.name, id) !== undefined);
    const isForgotten = holds === undefined && world.observedLedger.unsure.has(id);
    if (holds === undefined && !isForgotten) violate(`${id}, which holds no index, was tagged`);
    // A step that has read the ledger before it was restored.
    const began = world.groups.find(({ plan }) => subject?.instanceId === id && plan.name === subject.group);
    const group = holds ?? (isForgotten ? began : undefined);
    const allowed = ['Name', indexTag, deploymentTag, ...Object.keys(group?.settings.tags ?? {})];
    for (const { Key = '' } of Tags) if (!allowed.includes(Key)) violate(`tag ${Key} of ${id} was written`);
  }
}

function checkTargets({ world }: Cast, { name, input, by }: ServiceCall, violate: (what: string) => void): void {
  const { TargetGroupArn = '', Targets = [] } = input as { TargetGroupArn?: string; Targets?: { Id?: string }[] };
  const group = world.groups.find(({ targetGroups }) => targetGroups.includes(TargetGroupArn));
  if (group === undefined) violate(`${name} of a target group of no group, ${TargetGroupArn}`);
  for (const { Id: targetId = '' } of Targets) {
    const Id = instanceOfTarget(world, TargetGroupArn, targetId);
    // Of two releases of one instance the later may find that it holds nothing any more: its own it may take out.
    const subject = subjectOf(by) ?? '';
    // An address that another one had after it, which is gone as well.
    const { privateIp, ipv6 } = world.lab.region.ec2.world.find(subject) ?? {};
    const isItsAddress = privateIp === targetId || ipv6 === targetId;
    const isTakenOut = name.endsWith('deregisterTargets') && (Id === subject || isItsAddress);
    const isOwn = isTakenOut || world.observedLedger.unsure.has(Id);
    if (group !== undefined && world.observedLedger.member(group.plan.name, Id) === undefined && !isOwn)
      violate(`${name} of ${Id}, which holds no index of ${group.plan.name}`);
  }
}

/** The instance that a step is about. */
function subjectOf(by: Invocation | undefined): string | undefined {
  return by === undefined ? undefined : launchOrReleaseOf(by)?.instanceId;
}

function launchOrReleaseOf({ payload }: Invocation): { group: string; instanceId: string } | undefined {
  const { launch, release } = payload as Record<string, { group: string; instanceId: string } | undefined>;
  return launch ?? release;
}
