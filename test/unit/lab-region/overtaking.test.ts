import type { Random } from '../../../functions/shared/random';
import { activeInstances, type GroupOptions } from '../../../infra/lab/region/auto-scaling/groups/group';
import { poolSize } from '../../../infra/lab/region/auto-scaling/warm-pool/warm-pool-size';
import { actions, aWorld, complete, seeded, type World } from './support';

const day = 24 * 3_600_000;

const pick = <T>(random: Random, all: readonly T[]): T | undefined => all[Math.floor(random.next() * all.length)];

/** One thing that can happen to a group, at any time and to any instance. */
async function disturb(world: World, random: Random): Promise<void> {
  const { autoScaling, ec2 } = world.region;
  const { instances } = autoScaling.world.group('web');
  const any = pick(random, [...instances.keys()]);
  const inService = pick(
    random,
    [...instances.values()].filter(({ state }) => state === 'InService'),
  )?.id;
  const open = pick(random, [...actions(world, 'launch'), ...actions(world, 'terminate')].slice(-12));
  const happenings: (() => unknown)[] = [
    () => autoScaling.world.setDesiredCapacity('web', Math.floor(random.next() * 6)),
    () => any !== undefined && ec2.world.terminate(any),
    () => inService !== undefined && autoScaling.world.interruptSpot(inService),
    () =>
      inService !== undefined &&
      autoScaling.world.group('web').warmPool === undefined &&
      autoScaling.world.replaceRootVolume(inService),
    () => inService !== undefined && autoScaling.world.terminateInstance(inService, { decrement: false }),
    () => open && complete(world, open, pick(random, ['CONTINUE', 'CONTINUE', 'ABANDON'])).catch(() => undefined),
  ];
  await pick(random, happenings)?.();
}

/** Disturbs a group for a while and then leaves it alone, until every hook has timed out. */
async function afterDisturbances(seed: number, options: Partial<GroupOptions>) {
  const world = aWorld();
  const { autoScaling, elasticLoadBalancing, ec2 } = world.region;
  const targetGroup = elasticLoadBalancing.world.createTargetGroup({ name: 'web', vpcId: 'vpc-lab' });
  const hook = { heartbeatTimeout: 120, defaultResult: 'CONTINUE' } as const;
  const group = autoScaling.world.createGroup({
    name: 'web',
    maxSize: 6,
    desiredCapacity: 3,
    launchHooks: [{ name: 'launch', ...hook }],
    terminateHooks: [{ name: 'terminate', ...hook }],
    targetGroupArns: [targetGroup.arn],
    ...options,
  });
  const random = seeded(seed);
  for (let times = 0; times < 150; times += 1) {
    await disturb(world, random);
    await world.clock.advance(Math.floor(random.next() * 20_000));
  }
  await world.clock.advance(day);
  const living = ec2.world.instances.filter(({ state }) => state.current !== 'terminated').map(({ id }) => id);
  const targets = elasticLoadBalancing.world.targetsOf(targetGroup).map(({ instanceId }) => instanceId);
  return { group, living, targets };
}

describe('whatever overtakes what, a group that is left alone', () => {
  test.each([
    ['without a pool', {}, undefined],
    ['with a pool', { warmPool: { maxGroupPreparedCapacity: 5, minSize: 1 } }, 'Warmed:Stopped'],
    ['with a pool that takes back', { warmPool: { reuseOnScaleIn: true } }, 'Warmed:Stopped'],
    ['with a running pool', { warmPool: { state: 'Running', reuseOnScaleIn: true } }, 'Warmed:Running'],
  ] as const)('%s has all it should and nothing else', async (_, options, resting) => {
    for (let seed = 1; seed <= 15; seed += 1) {
      const { group, living, targets } = await afterDisturbances(seed, options);
      const members = [...group.instances.values()];
      const inService = activeInstances(group).map(({ id }) => id);
      const pool = members.filter(({ state }) => state !== 'InService').map(({ state }) => state);
      expect(inService).toHaveLength(group.desired);
      expect(pool).toEqual(Array.from({ length: poolSize(group) }, () => resting));
      expect(living.sort()).toEqual(members.map(({ id }) => id).sort());
      // The targets of instances that were ended from outside may still be registered: no release has run for them.
      expect(targets).toEqual(expect.arrayContaining(inService));
      expect(group.activities.filter(({ endedAt }) => endedAt === undefined)).toEqual([]);
    }
  });
});
