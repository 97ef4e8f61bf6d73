import type { GroupSettingsInput } from '../../functions/fleet/contracts/settings';
import { parametersOf } from '../../infra/lab/jobs';
import { Chance } from './chance';
import type { GroupPlan } from './plan';
import type { World } from './world';

/** A group as it stands in its world. */
export interface GroupInWorld {
  readonly plan: GroupPlan;
  /** The right settings; whoever spoils them puts these back. */
  readonly settings: GroupSettingsInput;
  readonly targetGroups: readonly string[];
}

export const foreignHook = 'stranger-launch';
const reverseZoneName = '10.in-addr.arpa';

/** Adds the groups, a stranger beside them, and whoever answers the stranger's hook. */
export function addGroups(world: World): GroupInWorld[] {
  const { lab, plan } = world;
  const needsReverse = plan.groups.some(({ reverse, hasDns }) => reverse && hasDns);
  const reverseZone = needsReverse ? lab.region.route53.world.createZone({ name: reverseZoneName }).id : undefined;
  answerForeignHooks(world);
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
  const targetGroups = targetGroupsOf(world, group, first);
  made.targetGroupArns.splice(0, made.targetGroupArns.length, ...targetGroups);
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
    healthCheck: { intervalSeconds: 15, path: '/health' },
    deregistrationDelaySeconds: group.drainSeconds,
  });
  return [first, second.arn];
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
        ...(reverse && { reverseZone: { zoneId: reverseZone, zoneName: reverseZoneName } }),
      },
    }),
    jenkins: { url: lab.jenkinsUrl, credentialsSecret: 'lab/jenkins' },
    ...(group.jobs.includes('provision') && { provision: job('provision') }),
    ...(group.jobs.includes('deploy') && { deploy: job('deploy') }),
    targetGroups: [...targetGroups],
  };
}

/** Whoever the other hook belongs to answers it after a while, well. */
function answerForeignHooks({ lab, plan, clock }: World): void {
  const chance = new Chance('foreign-hook', plan.seed);
  lab.region.bus.watch(({ detail }) => {
    if (detail.LifecycleHookName !== foreignHook) return;
    clock.after(chance.whole(1, 300) * 1000, () => {
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
