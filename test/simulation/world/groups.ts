import type { GroupSettingsInput } from '../../../functions/fleet/contracts/settings';
import { parametersOf } from '../../../infra/lab/systems/fleet/jobs';
import type { LabGroup } from '../../../infra/lab/systems/fleet/lab';
import { Draws } from '../draws';
import type { GroupPlan, Plan } from '../plan';
import type { GroupInWorld } from './group-in-world';
import type { VirtualClock } from '../../../infra/lab/kernel/clock';
import type { Lab } from '../../../infra/lab/systems/fleet/world';

/** What groups need of the world that they stand in. */
interface World {
  readonly lab: Lab;
  readonly plan: Plan;
  readonly clock: VirtualClock;
}

export const foreignHook = 'stranger-launch';
const reverseZoneName = '10.in-addr.arpa';

/** Adds the groups, a stranger beside them, and the owner of the stranger's hook, who answers it. */
export function addGroups(world: World): GroupInWorld[] {
  const { lab, plan } = world;
  const needsReverse = plan.groups.some(({ reverse, hasDns }) => reverse && hasDns);
  const reverseZone = needsReverse ? lab.region.route53.world.createZone({ name: reverseZoneName }).id : undefined;
  answerForeignHooks(world);
  prepareNetwork(world);
  return plan.groups.map((group) => addGroup(world, group, reverseZone));
}

function addGroup(world: World, group: GroupPlan, reverseZone: string | undefined): GroupInWorld {
  const { lab } = world;
  const {
    name,
    maxSize,
    heartbeatSeconds,
    drainSeconds: deregistrationDelaySeconds,
    notifies,
    warmPool,
    weight = 1,
  } = group;
  const first = lab.addGroup(name, {
    maxSize,
    heartbeatSeconds,
    deregistrationDelaySeconds,
    notifies,
    ...(warmPool !== undefined && { warmPool }),
    ...networkOf(world, group),
    ...(weight > 1 && {
      maxSize: maxSize * weight,
      instanceTypes: [
        { instanceType: 'c7g.large', weightedCapacity: weight },
        { instanceType: 'm7g.large', weightedCapacity: 1 },
      ],
    }),
  });
  const { world: scaling } = lab.region.autoScaling;
  const made = scaling.group(name);
  made.terminationPolicy = group.terminationPolicy;
  const attached = targetGroupsOf(world, group, first);
  made.targetGroupArns.splice(0, made.targetGroupArns.length, ...attached);
  const targetGroups = [...attached, ...addressGroupOf(world, group)];
  if (group.foreignHook)
    scaling.putHook(name, 'autoscaling:EC2_INSTANCE_LAUNCHING', {
      name: foreignHook,
      defaultResult: 'CONTINUE',
      heartbeatTimeout: 7200,
    });
  const settings = settingsOf(world, group, targetGroups, reverseZone);
  lab.settings.put(name, settings);
  if (group.desired > 0) scaling.setDesiredCapacity(name, group.desired * weight);
  return { plan: group, settings, targetGroups };
}

function targetGroupsOf({ lab }: World, group: GroupPlan, first: string): string[] {
  if (group.targetGroups === 0) return [];
  if (group.targetGroups === 1) return [first];
  const second = lab.region.elasticLoadBalancing.world.createTargetGroup({
    name: `${group.name}-admin`,
    vpcId: lab.region.ec2.world.subnets[0]?.vpcId ?? '',
    port: 9090,
    hasListenerRule: true,
    ...(group.ipv6Only === true && { ipAddressType: 'ipv6' as const }),
    healthCheck: { intervalSeconds: 15, path: '/health' },
    deregistrationDelaySeconds: group.drainSeconds,
  });
  return [first, second.arn];
}

const ipv6OnlySubnet = 'subnet-six';

/** Only where a kind of world asks for it: whatever is there otherwise draws nothing more. */
function prepareNetwork({ lab, plan }: World): void {
  const { world: ec2 } = lab.region.ec2;
  if (plan.kinds.includes('interfaces')) {
    const draws = new Draws('interfaces', plan.seed);
    const more = Array.from({ length: draws.whole(1, 2) }, (_, at) => ({ deviceIndex: at + 1 }));
    const primaryListed = draws.pick<'first' | 'last'>(['first', 'last']);
    ec2.setInterfaces({ more, primaryListed, visibleAfterMs: draws.pick([0, 5_000]) });
  }
  if (!plan.groups.some(({ ipv6Only = false }) => ipv6Only)) return;
  const [first] = ec2.subnets;
  const { vpcId = '', availabilityZone = '' } = first ?? {};
  const range = { cidr: '10.0.128.0/20', ipv6Cidr: '2001:db8:0:6::/64', ipv6Only: true };
  ec2.addSubnet({ id: ipv6OnlySubnet, vpcId, availabilityZone, ...range });
}

function networkOf(
  { lab, plan }: World,
  { ipv6Only = false }: GroupPlan,
): Pick<LabGroup, 'subnetIds' | 'ipAddressType'> {
  if (ipv6Only) return { subnetIds: [ipv6OnlySubnet], ipAddressType: 'ipv6' };
  if (!plan.kinds.includes('ipv6-only')) return {};
  const others = lab.region.ec2.world.subnets.filter(({ id }) => id !== ipv6OnlySubnet);
  return { subnetIds: others.map(({ id }) => id) };
}

/** A target group that an Auto Scaling group cannot have: Muster alone registers with it. */
function addressGroupOf(
  { lab }: World,
  { name, drainSeconds, ipTargets = false, ipv6Only = false }: GroupPlan,
): string[] {
  if (!ipTargets) return [];
  const { arn } = lab.region.elasticLoadBalancing.world.createTargetGroup({
    name: `${name}-addresses`,
    vpcId: lab.region.ec2.world.subnets[0]?.vpcId ?? '',
    port: 8080,
    targetType: 'ip',
    ipAddressType: ipv6Only ? 'ipv6' : 'ipv4',
    hasListenerRule: true,
    healthCheck: { intervalSeconds: 10, path: '/health' },
    deregistrationDelaySeconds: drainSeconds,
  });
  return [arn];
}

function settingsOf(
  { lab }: World,
  group: GroupPlan,
  targetGroups: readonly string[],
  reverseZone: string | undefined,
): GroupSettingsInput {
  const { jobs, zone } = lab;
  // An instance that enters a warm pool has no name yet.
  const parameters = (job: string) =>
    job === 'provision' ? { INSTANCE: '{instanceId}', ADDRESS: '{address}' } : parametersOf();
  const job = (name: 'provision' | 'deploy') => ({
    job: jobs[name],
    parameters: parameters(name),
    timeoutMinutes: group.jobTimeoutMinutes,
    unstable: group.unstable,
  });
  const reverse = group.reverse && reverseZone !== undefined;
  return {
    ...group.settings,
    group: group.name,
    ...(group.hasDns && {
      dns: {
        zoneId: zone.id,
        zoneName: zone.name,
        ...(group.ipv6Only === true && { ipv6: true }),
        ...(reverse && { reverseZone: { zoneId: reverseZone, zoneName: reverseZoneName } }),
      },
    }),
    jenkins: { url: lab.jenkinsUrl, plainHttp: true, credentialsSecret: 'lab/jenkins' },
    ...(group.jobs.includes('provision') && { provision: job('provision') }),
    ...(group.jobs.includes('deploy') && { deploy: job('deploy') }),
    targetGroups: [...targetGroups],
  };
}

/** The owner of the other hook answers it after a while, with success. */
function answerForeignHooks({ lab, plan, clock }: World): void {
  const draws = new Draws('foreign-hook', plan.seed);
  lab.region.bus.watch(({ detail }) => {
    if (detail.LifecycleHookName !== foreignHook) return;
    clock.after(draws.whole(1, 300) * 1000, () => {
      const selector = {
        groupName: String(detail.AutoScalingGroupName),
        hookName: foreignHook,
        token: String(detail.LifecycleActionToken),
      };
      try {
        lab.region.autoScaling.world.actions.complete(selector, 'CONTINUE');
      } catch {
        // The instance has left in the meantime.
      }
    });
  });
}
