import type { Lab, LabGroup } from '../../../infra/lab/systems/fleet/lab';
import { on, withFaults } from '../../../infra/lab/region/calls/faults';
import { ServiceError } from '../../../infra/lab/region/base/service-error';
import { executions, lastState, launch, onlyExecution, settle, stateOf, withLab } from '../../support/run-lab';

const dualStack = [
  {
    id: 'subnet-a',
    vpcId: 'vpc-lab',
    availabilityZone: 'eu-central-1a',
    cidr: '10.0.0.0/24',
    ipv6Cidr: '2001:db8:0:1::/64',
  },
];
const region = { subnets: dualStack };
const quick = { provision: undefined, deploy: undefined };

const idsIn = (lab: Lab, arn: string) => {
  const { world } = lab.region.elasticLoadBalancing;
  return world
    .targetsOf(world.targetGroup(arn))
    .filter(({ drainingUntil }) => drainingUntil === undefined)
    .map(({ instanceId }) => instanceId);
};

async function scaleIn(lab: Lab): Promise<void> {
  lab.region.autoScaling.world.setDesiredCapacity('web', 0);
  await lab.clock.advance(20_000);
  await lab.clock.runUntil(() => lab.region.autoScaling.world.group('web').instances.size === 0, 3 * 3_600_000);
  await settle(lab);
}

describe('a target group of addresses', () => {
  test.each([
    [{ targetType: 'ip' }, 'privateIp'],
    [{ targetType: 'ip', ipAddressType: 'ipv6' }, 'ipv6'],
  ] as const)('%j has the instance by its address, and by that it is taken out', (options, which) =>
    withLab({ reachedOver: 'memory', region }, async (lab) => {
      lab.region.ec2.world.setInterfaces({ more: [{ deviceIndex: 1 }] });
      const arn = lab.addGroup('web', options);
      const [id = ''] = await launch(lab);
      const address = lab.region.ec2.world.instance(id)[which];
      expect(stateOf(lab, id)).toBe('InService');
      expect(idsIn(lab, arn)).toEqual([address]);
      expect((await lab.ledger.member('web', id))?.targets).toEqual([`${arn} ${address}`]);

      // What it is by then counts, and not what the settings say.
      lab.settings.put('web', { ...(await lab.settings.read('web')), targetGroups: [] });
      await scaleIn(lab);
      expect(idsIn(lab, arn)).toEqual([]);
      expect(await lab.ledger.members('web')).toEqual([]);
    }),
  );

  test('is asked for its type once for all launches', () => {
    let asked = 0;
    const interceptPorts: NonNullable<Parameters<typeof withLab>[0]['interceptPorts']> = (ports) => ({
      ...ports,
      elasticLoadBalancing: withFaults(ports.elasticLoadBalancing, ({ operation }) => {
        if (operation === 'describeTargetGroups') asked += 1;
        return undefined;
      }),
    });
    return withLab({ reachedOver: 'memory', interceptPorts, region }, async (lab) => {
      const arn = lab.addGroup('web', { targetType: 'ip', settings: quick });
      for (let times = 0; times < 3; times += 1) {
        const [id = ''] = await launchHealthy(lab, 1);
        expect(stateOf(lab, id)).toBe('InService');
      }
      expect(idsIn(lab, arn)).toHaveLength(3);
      expect(asked).toBe(1);
    });
  });

  test('takes a crowd together', () => {
    let calls = 0;
    const interceptPorts: NonNullable<Parameters<typeof withLab>[0]['interceptPorts']> = (ports) => ({
      ...ports,
      elasticLoadBalancing: withFaults(ports.elasticLoadBalancing, ({ operation }) => {
        if (operation === 'registerTargets') calls += 1;
        return undefined;
      }),
    });
    return withLab({ reachedOver: 'memory', interceptPorts, region }, async (lab) => {
      const arn = lab.addGroup('web', { targetType: 'ip', settings: quick });
      const ids = await launchHealthy(lab, 40);
      expect(ids.map((id) => stateOf(lab, id))).toEqual(ids.map(() => 'InService'));
      const addresses = ids.map((id) => lab.region.ec2.world.instance(id).privateIp);
      expect(idsIn(lab, arn).sort()).toEqual(addresses.sort());
      expect(calls).toBeLessThan(20);
      const members = await lab.ledger.members('web');
      expect(members.map(({ targets }) => targets?.length)).toEqual(ids.map(() => 1));
    });
  });

  // Its release is late: the next instance has the address before it is taken out.
  test('an address that another instance has by now is not that of the dead one', () =>
    withLab({ reachedOver: 'memory', region, reconciler: false }, async (lab) => {
      const arn = lab.addGroup('web', { targetType: 'ip', settings: quick, deregistrationDelaySeconds: 30 });
      const [first = ''] = await launchHealthy(lab, 1);
      const { privateIp } = lab.region.ec2.world.instance(first);
      // Muster does not hear of its end.
      lab.region.bus.setDelivery({ quality: { loss: 1 } });
      const dead = (await lab.ledger.member('web', first))!;
      lab.region.ec2.world.terminate(first);
      await lab.clock.advance(60_000);
      lab.region.bus.setDelivery({ quality: { loss: 0 } });
      const { world } = lab.region.autoScaling;
      const before = [...world.group('web').instances.keys()];
      const heir = before.find((id) => lab.region.ec2.world.instance(id).privateIp === privateIp && id !== first);
      const { id: second } = heir === undefined ? world.launchInstance('web') : { id: heir };
      expect(lab.region.ec2.world.instance(second).privateIp).toBe(privateIp);
      const state = () => {
        const its = executions(lab).find(({ input }) => input?.includes(second));
        return its && lastState(lab, its.executionArn);
      };
      expect(await lab.clock.runUntil(() => state() === 'Register targets', 300_000)).toBe(true);
      await lab.clock.advance(60_000);
      // The target and its health are still the dead one's: it waits.
      expect(state()).toBe('Register targets');
      expect(await lab.ledger.member('web', second)).not.toHaveProperty('targets');

      lab.region.ec2.world.setAppState(second, 'healthy');
      const run = { execution: dead.execution, redrives: 0, retries: 0, redrivenAt: null };
      const enteredAt = new Date(lab.clock.millis() - 600_000).toISOString();
      const release = { group: 'web', instanceId: first, reason: 'orphan', lifecycle: null };
      const releaseInput = { release, run: { ...run, enteredAt } };
      await lab.muster.steps.DeregisterTargets!(releaseInput as never);
      expect(await lab.clock.runUntil(() => stateOf(lab, second) === 'InService', 600_000)).toBe(true);
      expect(idsIn(lab, arn)).toContain(privateIp);
      // The release comes once more, and leaves the target to the one that has it now.
      expect(await lab.muster.steps.DeregisterTargets!(releaseInput as never)).toMatchObject({
        reason: expect.stringMatching(/web-0\d by now/) as string,
      });
      expect(idsIn(lab, arn)).toContain(privateIp);
    }));
});

/** Launches; their applications come up without a deploy. */
async function launchHealthy(lab: Lab, count: number): Promise<string[]> {
  lab.region.ec2.world.onTransition(({ id }, state) => {
    if (state === 'running') lab.clock.after(1, () => lab.region.ec2.world.setAppState(id, 'healthy'));
  });
  return launch(lab, count);
}

describe.each([{ targetType: 'alb' }, { targetType: 'lambda' }, { targetType: 'quantum' }] satisfies LabGroup[])(
  'a target group that takes no instance: %j',
  (options) => {
    test('stops the launch with its name and type, and no release', () =>
      withLab({ reachedOver: 'memory' }, async (lab) => {
        lab.addGroup('web', { ...options, settings: { ...quick, holdMinutes: 1 } });
        const [id = ''] = await launch(lab);
        const { error, cause } = onlyExecution(lab);
        expect([error, cause]).toEqual([
          'TargetGroupUnusable',
          expect.stringContaining(`web: it is a target group of`),
        ]);
        expect(cause).toContain(options.targetType);
        await lab.clock.advance(30 * 60_000);
        await settle(lab);
        expect(lab.region.autoScaling.world.member(id)).toBeUndefined();
        expect((await lab.ledger.members('web')).filter(({ instanceId }) => instanceId === id)).toEqual([]);
      }));
  },
);

test('a target group that wants IPv6 of an instance without says so, and what to do', () =>
  withLab({ reachedOver: 'memory' }, async (lab) => {
    lab.addGroup('web', { targetType: 'ip', ipAddressType: 'ipv6', settings: quick });
    await launch(lab);
    const { error, cause } = onlyExecution(lab);
    expect(error).toBe('TargetGroupUnusable');
    expect(cause).toMatch(/web: it takes IPv6 addresses, and the instance has none.*use a target group of the other/);
  }));

// A target group of addresses, and one of instances: Auto Scaling itself registers an instance in neither of them before the hook ends.
test.each(['ip', 'instance'] as const)(
  'a target group of type %s that comes into the settings while a launch is on hold is registered with after the retry',
  (targetType) =>
    withLab({ reachedOver: 'memory', region }, async (lab) => {
      const first = lab.addGroup('web', { settings: { ...quick, healthTimeoutMinutes: 5 } });
      const [id = ''] = await launch(lab);
      expect(onlyExecution(lab)).toMatchObject({ status: 'FAILED', error: 'TargetUnhealthy' });

      const { world } = lab.region.elasticLoadBalancing;
      const { arn } = world.createTargetGroup({ name: 'late', vpcId: 'vpc-lab', targetType });
      lab.settings.put('web', { ...(await lab.settings.read('web')), targetGroups: [first, arn] });
      lab.region.ec2.world.setAppState(id, 'healthy');
      await lab.muster.operations.retry({ group: 'web', instance: id });
      await settle(lab);
      expect([onlyExecution(lab).status, stateOf(lab, id)]).toEqual(['SUCCEEDED', 'InService']);
      expect(idsIn(lab, arn)).toEqual([targetType === 'ip' ? lab.region.ec2.world.instance(id).privateIp : id]);
      await scaleIn(lab);
      expect(idsIn(lab, arn)).toEqual([]);
    }),
);

test('what was taken out of its target group by hand is said, and registered again by the retry', () =>
  withLab({ reachedOver: 'memory' }, async (lab) => {
    const arn = lab.addGroup('web', {
      settings: { ...quick, healthTimeoutMinutes: 30 },
      deregistrationDelaySeconds: 0,
    });
    const { world } = lab.region.elasticLoadBalancing;
    lab.region.autoScaling.world.setDesiredCapacity('web', 1);
    expect(await lab.clock.runUntil(() => idsIn(lab, arn).length > 0, 600_000)).toBe(true);
    const [id = ''] = idsIn(lab, arn);
    await lab.clock.advance(5_000);
    world.deregister(world.targetGroup(arn), id);
    await settle(lab);
    expect(onlyExecution(lab)).toMatchObject({ status: 'FAILED', error: 'TargetUnusable' });
    lab.region.ec2.world.setAppState(id, 'healthy');
    await lab.muster.operations.retry({ group: 'web', instance: id });
    await settle(lab);
    expect([onlyExecution(lab).status, stateOf(lab, id)]).toEqual(['SUCCEEDED', 'InService']);
  }));

/** Two members of a target group of addresses: the first has the second's target on record beside its own. */
async function twoOfOneTarget(lab: Lab) {
  const arn = lab.addGroup('web', { targetType: 'ip' });
  const [first = ''] = await launch(lab);
  const [second = ''] = await launch(lab);
  const { privateIp } = lab.region.ec2.world.instance(second);
  const member = (await lab.ledger.member('web', first))!;
  await lab.ledger.update(member, { targets: [...member.targets!, `${arn} ${privateIp}`] });
  return { arn, first, second, privateIp };
}

async function leaveForGood(lab: Lab, id: string) {
  lab.region.autoScaling.world.terminateInstance(id, { decrement: true });
  await lab.clock.advance(20_000);
  await settle(lab);
  expect(await lab.ledger.member('web', id)).toBeUndefined();
}

// The first one is dead, and was not released yet when the second got its address.
test('a target that an earlier member has on record, too, is taken out with the one that has it by now', () =>
  withLab({ reachedOver: 'memory', region }, async (lab) => {
    const { arn, first, second } = await twoOfOneTarget(lab);
    await leaveForGood(lab, second);
    expect(idsIn(lab, arn)).toEqual([lab.region.ec2.world.instance(first).privateIp]);
  }));

// The address went on from the first to the second, which went into service. Then the ledger was restored to a state of
// before: it knows the second not at all, or not its target.
test.each([
  ['an instance that the ledger does not know', { isKnown: false }],
  ['a member in service whose target the ledger has forgotten', { isKnown: true }],
])('a target that is the one of %s by now stays', (_, { isKnown }) =>
  withLab({ reachedOver: 'memory', region }, async (lab) => {
    const { arn, first, second, privateIp } = await twoOfOneTarget(lab);
    const heir = (await lab.ledger.member('web', second))!;
    await lab.ledger.update(heir, { targets: [] });
    if (!isKnown) await lab.ledger.free(heir, 'orphan', lab.clock.now().toISOString());
    await leaveForGood(lab, first);
    expect(idsIn(lab, arn)).toEqual([privateIp]);
  }),
);

// Of the two writes before a registration the ledger was restored to the first.
test('a target by its address that the ledger has forgotten is registered again by the retry', () =>
  withLab({ reachedOver: 'memory', region }, async (lab) => {
    const arn = lab.addGroup('web', { targetType: 'ip', settings: { ...quick, healthTimeoutMinutes: 5 } });
    const [id = ''] = await launch(lab);
    await lab.ledger.update((await lab.ledger.member('web', id))!, { targets: [] });
    lab.region.ec2.world.setAppState(id, 'healthy');
    await lab.muster.operations.retry({ group: 'web', instance: id });
    await settle(lab);
    expect([onlyExecution(lab).status, stateOf(lab, id)]).toEqual(['SUCCEEDED', 'InService']);
    const { privateIp } = lab.region.ec2.world.instance(id);
    expect((await lab.ledger.member('web', id))?.targets).toEqual([`${arn} ${privateIp}`]);
  }));

// What an older version has put on record: the target group alone.
test('the record of an older version in a target group of addresses is released', () =>
  withLab({ reachedOver: 'memory' }, async (lab) => {
    lab.addGroup('web');
    const { world } = lab.region.elasticLoadBalancing;
    const old = world.createTargetGroup({ name: 'old', vpcId: 'vpc-lab', targetType: 'ip' });
    const [id = ''] = await launch(lab);
    const member = (await lab.ledger.member('web', id))!;
    await lab.ledger.update(member, { targetGroups: [...member.targetGroups!, old.arn] });
    await scaleIn(lab);
    expect(await lab.ledger.members('web')).toEqual([]);
  }));

const refusals = {
  InvalidTargetException: true,
  TargetGroupNotFoundException: true,
  ValidationError: true,
  AccessDeniedException: false,
} as const;
test.each(Object.entries(refusals))('%s when it is taken out counts as out: %s', (name, isOut) =>
  withLab(
    {
      reachedOver: 'memory',
      interceptPorts: (ports) => ({
        ...ports,
        elasticLoadBalancing: withFaults(ports.elasticLoadBalancing, ({ operation }) =>
          operation === 'deregisterTargets'
            ? { kind: 'refuse', error: new ServiceError({ code: name, name, message: 'no' }) }
            : undefined,
        ),
      }),
    },
    async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      lab.region.autoScaling.world.setDesiredCapacity('web', 0);
      await lab.clock.advance(15 * 60_000);
      expect((await lab.ledger.members('web')).length === 0).toBe(isOut);
    },
  ),
);

test('a target group that is full says so by name', () =>
  withLab(
    {
      reachedOver: 'memory',
      interceptPorts: (ports) => ({
        ...ports,
        elasticLoadBalancing: withFaults(
          ports.elasticLoadBalancing,
          on('registerTargets', {
            kind: 'refuse',
            error: new ServiceError({ code: 'TooManyTargets', name: 'TooManyTargetsException', message: 'full' }),
          }),
        ),
      }),
    },
    async (lab) => {
      lab.addGroup('web', { settings: quick });
      await launch(lab);
      expect(onlyExecution(lab).error).toBe('TargetGroupUnusable');
    },
  ));
