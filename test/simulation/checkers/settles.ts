import type { Hold } from '../../../functions/fleet/ledger/port';
import { capacityOf, type GroupInstance } from '../../../infra/lab/region/auto-scaling/groups/group';
import type { GroupInWorld } from '../world/group-in-world';
import { remainingOf, ownedNames } from '../world/remaining-resources';
import type { Cast } from '../world/scene';
import type { World } from '../world/world';
import { instanceOfTarget } from '../world/target-ids';
import { failureKey } from './reports';

/**
 * What is not as it has to be in the end: every live instance in service, in Standby, at rest in the warm pool, or on
 * hold; nothing left of the dead. `retries`: no instance is on hold either.
 */
export function unsettled(cast: Cast, retries: boolean): string[] {
  const { world } = cast;
  return [
    ...runningExecutions(world),
    ...world.groups.flatMap((group) => [
      ...instances(world, group).flatMap((instance) => problemsOf(cast, group, instance, retries)),
      ...leftOvers(cast, group),
      ...sizeOf(world, group),
    ]),
    ...strayNames(world),
    ...strayTargets(cast),
  ];
}

function runningExecutions({ lab }: World): string[] {
  const { engine, stateMachineArn, releaseArn } = lab.muster;
  return [stateMachineArn, releaseArn].flatMap((arn) =>
    (engine.listExecutions({ stateMachineArn: arn, statusFilter: 'RUNNING' }).executions ?? []).map(
      ({ name = '' }) => `${name} runs`,
    ),
  );
}

function instances({ lab }: World, { plan }: GroupInWorld): GroupInstance[] {
  return [...lab.region.autoScaling.world.group(plan.name).instances.values()];
}

function sizeOf(world: World, group: GroupInWorld): string[] {
  const { desired } = world.lab.region.autoScaling.world.group(group.plan.name);
  const serving = instances(world, group).filter(({ state }) => /^(InService|Pending)/.test(state));
  const count = capacityOf(serving);
  // With weights the last launch may go above what is wanted, by less than it counts for.
  const most = desired + (group.plan.weight ?? 1) - 1;
  return count >= desired && count <= most ? [] : [`${group.plan.name} has ${count} units and wants ${desired}`];
}

function problemsOf(
  { world, detached, redeployments }: Cast,
  group: GroupInWorld,
  instance: GroupInstance,
  retries: boolean,
): string[] {
  const { id, state } = instance;
  const say = (what: string) => `${id} of ${group.plan.name} (${state}) ${what}`;
  const hold = world.observedLedger.holds.get(`${group.plan.name}/${id}`);
  const member = world.observedLedger.member(group.plan.name, id);
  const reported = ({ execution, redrive }: Hold) =>
    world.reported.has(failureKey(execution, redrive)) ? [] : [say('is on hold, and no message was sent')];
  switch (state) {
    case 'InService':
    case 'Standby':
      // One that was attached after it had been released is left alone.
      if (member === undefined) {
        const isLeftAlone = detached.wasAttached(id) || redeployments?.isUnmanaged(id) === true;
        return isLeftAlone ? [] : [say('has no number')];
      }
      // It went into service while its last step failed: that is told, and a retry puts it right.
      if (hold !== undefined && !retries) return reported(hold);
      if (hold !== undefined) return [say(`is on hold: ${hold.error}`)];
      if (member.phase !== 'in-service') return [say(`is recorded as ${member.phase}`)];
      return problemsInService({ world, redeployments }, group, instance, member).map(say);
    case 'Warmed:Stopped':
    case 'Warmed:Running':
      if (member !== undefined) return [say(`is ${member.name}`)];
      if (hold === undefined) return [];
      return retries ? [say(`is on hold: ${hold.error}`)] : reported(hold);
    case 'Pending:Wait':
    case 'Warmed:Pending:Wait':
      if (retries || hold === undefined)
        return [say(hold === undefined ? 'is not on hold' : `is on hold: ${hold.error}`)];
      return world.reported.has(failureKey(hold.execution, hold.redrive))
        ? []
        : [say('is on hold, and no message was sent')];
    default:
      return [say('is on its way')];
  }
}

function problemsInService(
  { world: { lab }, redeployments }: Pick<Cast, 'world' | 'redeployments'>,
  { plan, targetGroups }: GroupInWorld,
  { id, state }: GroupInstance,
  member: { name: string; fqdn: string | undefined; index: number },
): string[] {
  const { region } = lab;
  const instance = region.ec2.world.find(id);
  const tags = instance?.tags.actual();
  const problems: string[] = [];
  if (tags?.get('Name') !== member.name)
    problems.push(`has the name tag ${tags?.get('Name') ?? 'of no member'}, and is ${member.name}`);
  const [type, address] =
    plan.ipv6Only === true ? (['AAAA', instance?.ipv6] as const) : (['A', instance?.privateIp] as const);
  const wasOut = (what: string) => redeployments?.wasOut(plan.name, what) === true;
  const isNamed = plan.hasDns && !wasOut('dns');
  if (isNamed && region.route53.world.resolve(member.fqdn ?? '', type).join() !== address)
    problems.push(`is not what ${member.fqdn ?? 'its name'} leads to`);
  if (state === 'InService') {
    for (const arn of targetGroups) {
      const targetGroup = region.elasticLoadBalancing.world.targetGroup(arn);
      const target = targetGroup.targetType === 'ip' ? (address ?? '') : id;
      const { State, Reason } = region.elasticLoadBalancing.world.health(targetGroup, target);
      // An Auto Scaling group registers whom it launches, but in no target group of addresses.
      if (Reason === 'Target.NotRegistered' && wasOut(arn)) continue;
      if (State !== 'healthy') problems.push(`is ${State ?? 'unknown'} in ${arn.split('/')[1] ?? arn}`);
    }
  }
  return problems;
}

/** Members and holds of instances that are no more. */
function leftOvers({ world, detached }: Cast, { plan }: GroupInWorld): string[] {
  const { instances: present } = world.lab.region.autoScaling.world.group(plan.name);
  const gone = (id: string) => !present.has(id) && !detached.isRunning(id);
  const members = world.observedLedger.members(plan.name).filter(({ instanceId }) => gone(instanceId));
  const held = [...world.observedLedger.holds.values()].filter(
    ({ group, instanceId }) => group === plan.name && gone(instanceId),
  );
  const { reserves = [] } = world.lab.ledger.snapshot()[plan.name] ?? {};
  return [
    ...members.map(({ name, instanceId }) => `${name} is held by ${instanceId}, which is gone`),
    ...held.map(({ instanceId }) => `${instanceId} is on hold, and gone`),
    ...reserves
      .filter(({ instanceId }) => gone(instanceId))
      .map(({ instanceId }) => `${instanceId} is a reserve, and gone`),
  ];
}

function strayNames(world: World): string[] {
  const held = new Set(
    world.groups.flatMap(({ plan }) => world.observedLedger.members(plan.name).map(({ instanceId }) => instanceId)),
  );
  return ownedNames(world).flatMap(({ name, owner }) =>
    // Of those that the ledger forgot, people take the names away.
    held.has(owner) || world.observedLedger.unsure.has(owner)
      ? []
      : [`${name} belongs to ${owner}, which holds nothing`],
  );
}

function strayTargets({ world, foreign, detached, redeployments }: Cast): string[] {
  const { elasticLoadBalancing } = world.lab.region;
  return world.groups.flatMap(({ plan, targetGroups }) =>
    targetGroups.flatMap((arn) =>
      elasticLoadBalancing.world
        .targetsOf(elasticLoadBalancing.world.targetGroup(arn))
        .map(({ instanceId: targetId }) => ({ instanceId: instanceOfTarget(world, arn, targetId) }))
        .filter(({ instanceId }) => world.observedLedger.member(plan.name, instanceId) === undefined)
        .filter(({ instanceId }) => !foreign.targets.some((target) => target.instanceId === instanceId))
        // The group registers whom it is given, also one that Muster knows nothing of any more.
        .filter(({ instanceId }) => !detached.wasAttached(instanceId))
        .filter(({ instanceId }) => redeployments?.isUnmanaged(instanceId) !== true)
        .filter(({ instanceId }) => !world.observedLedger.unsure.has(instanceId))
        .filter(({ instanceId }) => remainingOf(world, plan.name, instanceId).targets.length > 0)
        .map(({ instanceId }) => `${instanceId} is a target of ${arn.split('/')[1] ?? arn}, and holds nothing`),
    ),
  );
}
