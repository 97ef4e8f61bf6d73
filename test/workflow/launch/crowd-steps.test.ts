import { createNamesTogether } from '../../../functions/fleet/steps/register-dns/batch';
import { registerTargetsTogether } from '../../../functions/fleet/steps/register-targets/register';
import { isDoneTogether } from '../../../functions/fleet/crowd/size';
import type { Member } from '../../../functions/fleet/ledger/port';
import { intercept } from '../../../infra/lab/region/calls/intercept';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { aLaunch } from '../../support/launches';
import { withLab } from '../../support/run-lab';

// Single steps of a crowd, called as the state machine would.

const execution = 'arn:aws:states:eu-central-1:123456789012:execution:scale-out:one';
const crowd = 50;

/** Instances of `web` that hold numbers, have their addresses on record, and intend to be in DNS and behind `web`. */
async function newcomers(
  lab: Lab,
  count: number,
  options: Parameters<Lab['addGroup']>[1] = {},
): Promise<{ members: Member[]; targetGroup: string }> {
  const targetGroup = lab.addGroup('web', options);
  lab.muster.reconciler.disable();
  lab.region.bus.setDelivery({ quality: { loss: 1 } });
  lab.region.autoScaling.world.setDesiredCapacity('web', count);
  await lab.clock.advance(30_000);
  const ids = [...lab.region.autoScaling.world.group('web').instances.keys()];
  for (const [at, instanceId] of ids.entries()) {
    const name = `web-0${at + 1}`;
    const fqdn = `${name}.${lab.zone.name}`;
    const holder = { group: 'web', instanceId, index: at + 1 };
    await lab.ledger.claim({ ...holder, name, fqdn, execution, at: lab.clock.now().toISOString() });
    const addresses = [lab.region.ec2.world.instance(instanceId).privateIp];
    const intents = { dnsNames: [`${lab.zone.id}/${fqdn}`], targetGroups: [targetGroup] };
    await lab.ledger.update(holder, { addresses, ...intents });
  }
  return { members: await lab.ledger.members('web'), targetGroup };
}

function inputOf(lab: Lab, { instanceId, index }: Member, more: object = {}) {
  const run = { execution, redrives: 0, retries: 0, enteredAt: lab.clock.now().toISOString(), redrivenAt: null };
  return { launch: aLaunch({ instanceId }), run, index, crowd, ...more };
}

const step = (lab: Lab, name: string, input: object) => lab.muster.steps[name]!(input as never);
const notes = async (lab: Lab) => (await lab.ledger.members('web')).map(({ dnsBatch }) => dnsBatch);
const withDns = async (lab: Lab) => {
  const { dns, ...settings } = await lab.settings.read('web');
  return { ...settings, dns: dns! };
};

describe('names that are made together', () => {
  test('are those of all that wait, and each is told the change', () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const { members } = await newcomers(lab, 4);
      const output = await step(lab, 'RegisterDns', inputOf(lab, members[2]!));
      const [change] = (output as { changes: string[] }).changes;
      expect(await notes(lab)).toEqual([[change], [change], undefined, [change]]);
      // The next one finds it done, without a turn.
      expect(await step(lab, 'RegisterDns', inputOf(lab, members[0]!))).toMatchObject({ changes: [change] });
      expect((await lab.ledger.member('web', members[0]!.instanceId))?.dnsChanges).toEqual([change]);
    }));

  test('are of no launch that has not said so yet, is released, or has continued', () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const { members } = await newcomers(lab, 5);
      await lab.ledger.update(members[0]!, { dnsNames: [`${lab.zone.id}/elsewhere.${lab.zone.name}`] });
      await lab.ledger.update(members[1]!, { phase: 'releasing' });
      await lab.ledger.update(members[2]!, { dnsChanges: ['/change/C1'] });
      await lab.ledger.update(members[3]!, { phase: 'in-service' });
      await step(lab, 'RegisterDns', inputOf(lab, members[4]!));
      const there = members.map(({ fqdn }) => lab.region.route53.world.resolve(fqdn!).length);
      expect(there).toEqual([0, 0, 0, 0, 1]);
      expect(await notes(lab)).toEqual([undefined, undefined, undefined, undefined, undefined]);
    }));

  test('leave out one whose name is of other settings: IAM may refuse it, and the batch with it', () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const { members } = await newcomers(lab, 3);
      const settings = await withDns(lab);
      lab.settings.put('web', { ...settings, names: { ...settings.names, pattern: '{group}-{index:03}' } });
      await step(lab, 'RegisterDns', inputOf(lab, members[1]!));
      const there = members.map(({ fqdn }) => lab.region.route53.world.resolve(fqdn!).length);
      expect(there).toEqual([0, 1, 0]);
      expect(await notes(lab)).toEqual([undefined, undefined, undefined]);
    }));

  test.each([
    ['zone', (lab: Lab) => lab.region.route53.world.createZone({ name: lab.zone.name }).id],
    ['reverse zone', undefined],
  ] as const)('count for the %s that they were made in: one that comes into the settings since has none', (_, make) =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const { members } = await newcomers(lab, 3);
      const [told] = members;
      await step(lab, 'RegisterDns', inputOf(lab, members[2]!));
      const { dns, ...settings } = await withDns(lab);
      const { world } = lab.region.route53;
      const reverse = world.createZone({ name: '0.10.in-addr.arpa' }).id;
      const changed =
        make === undefined
          ? { reverseZone: { zoneId: reverse, zoneName: '0.10.in-addr.arpa' } }
          : { zoneId: make(lab) };
      lab.settings.put('web', { ...settings, dns: { ...dns, ...changed } });
      // Killed after what it is about to do is on record, and run again.
      const update = lab.ledger.update.bind(lab.ledger);
      lab.ledger.update = async (...asked) => {
        await update(...asked);
        lab.ledger.update = update;
        throw new Error('killed');
      };
      await expect(step(lab, 'RegisterDns', inputOf(lab, told!))).rejects.toThrow();
      await lab.clock.advance(30_000);
      const { changes } = (await step(lab, 'RegisterDns', inputOf(lab, told!))) as { changes: string[] };
      const zone = world.zone(make === undefined ? reverse : changed.zoneId!);
      const ours = zone.records
        .from(undefined, undefined, 100)
        .filter(({ values }) => values.join().includes(told!.instanceId));
      expect(ours).toHaveLength(1);
      expect(changes).toHaveLength(make === undefined ? 2 : 1);
    }),
  );

  test('by two leaders at once are made once, and no launch is worse off', () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const { members } = await newcomers(lab, 4);
      const { settings, route53 } = { settings: await withDns(lab), route53: lab.region.route53.api };
      const deps = { ledger: lab.ledger, route53, identity: lab.muster.identity };
      // Both have read who waits before either has written.
      const [first, second] = await Promise.allSettled([
        createNamesTogether(deps, members[0]!, settings),
        createNamesTogether(deps, members[1]!, settings),
      ]);
      expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
      expect(second).toMatchObject({ reason: { name: 'ZoneBusy' } });
      await lab.clock.advance(5_000);
      // A leader that was late with the same: all is refused to it, and each of them finds its own.
      expect(await createNamesTogether(deps, members[1]!, settings)).toBeUndefined();
      for (const member of members) {
        await step(lab, 'RegisterDns', inputOf(lab, member));
        await lab.clock.advance(1_000);
        expect(lab.region.route53.world.resolve(member.fqdn!, 'TXT')[0]).toContain(member.instanceId);
      }
    }));

  test('that were made by a leader who died before it told are found to be theirs', () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const { members } = await newcomers(lab, 3);
      const ledger = Object.assign(Object.create(lab.ledger) as typeof lab.ledger, {
        members: (group: string) => lab.ledger.members(group),
        update: () => Promise.reject(new Error('killed')),
      });
      const deps = { ledger, route53: lab.region.route53.api, identity: lab.muster.identity };
      const dead = await createNamesTogether(deps, members[0]!, await withDns(lab));
      expect(dead).toHaveLength(1);
      expect(await notes(lab)).toEqual([undefined, undefined, undefined]);
      for (const member of members) {
        await lab.clock.advance(5_000);
        const output = await step(lab, 'RegisterDns', inputOf(lab, member));
        expect(output).toMatchObject({
          action: 'registered',
          changes: [expect.not.stringMatching(dead![0]!) as string],
        });
      }
    }));
});

describe('targets that are registered together', () => {
  const inGroup = (lab: Lab, targetGroup: string) =>
    [...lab.region.elasticLoadBalancing.world.targetGroup(targetGroup).targets.values()].map((one) => one.instanceId);

  test('are those of all that wait, and each is told', () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const { members, targetGroup } = await newcomers(lab, 4);
      await lab.ledger.update(members[3]!, { phase: 'releasing' });
      await step(lab, 'RegisterTargets', inputOf(lab, members[1]!));
      expect(inGroup(lab, targetGroup).sort()).toEqual(
        members
          .slice(0, 3)
          .map(({ instanceId }) => instanceId)
          .sort(),
      );
      const told = (await lab.ledger.members('web')).map(({ registered }) => registered);
      expect(told).toEqual([[targetGroup], undefined, [targetGroup], undefined]);
      // No turn, no call: it is done.
      expect(await step(lab, 'RegisterTargets', inputOf(lab, members[0]!))).toMatchObject({ action: 'registered' });
    }));

  test('leave out one that ELB does not take, which hears why in its own step', () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const { members, targetGroup } = await newcomers(lab, 3);
      const [dead] = members;
      lab.region.autoScaling.world.suspend('web', 'Launch');
      lab.region.ec2.world.terminate(dead!.instanceId);
      const deps = { ledger: lab.ledger, elasticLoadBalancing: lab.region.elasticLoadBalancing.api };
      expect(await registerTargetsTogether(deps, members[1]!, targetGroup)).toBe(true);
      expect(inGroup(lab, targetGroup)).toEqual(members.slice(1).map(({ instanceId }) => instanceId));
      expect(await registerTargetsTogether(deps, dead!, targetGroup)).toBe(false);
      await expect(step(lab, 'RegisterTargets', inputOf(lab, dead!))).rejects.toMatchObject({ name: 'InstanceGone' });
    }));

  test.each([
    ['of IPv4', 'ipv4', (address: string) => address],
    // Two spellings of one address.
    ['of IPv6', 'ipv6', () => '2001:db8:0:0:0:0:0:4'],
  ] as const)('leave out two that have the same address %s: one of them is dead', (_, ipAddressType, respelt) =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const { members, targetGroup } = await newcomers(lab, 3, { targetType: 'ip', ipAddressType });
      const address = ipAddressType === 'ipv6' ? '2001:db8::4' : '10.0.0.4';
      await lab.ledger.update(members[0]!, { addresses: [address] });
      await lab.ledger.update(members[1]!, { addresses: [respelt(address)] });
      await lab.ledger.update(members[2]!, { addresses: [ipAddressType === 'ipv6' ? '2001:db8::5' : '10.0.0.5'] });
      const deps = { ledger: lab.ledger, elasticLoadBalancing: lab.region.elasticLoadBalancing.api };
      const now = await lab.ledger.members('web');
      expect(await registerTargetsTogether(deps, now[0]!, targetGroup, ipAddressType)).toBe(false);
      const recorded = (await lab.ledger.members('web')).map(({ targets }) => targets?.length);
      expect(recorded).toEqual([undefined, undefined, 1]);
    }),
  );

  test('are registered again in another launch of the instance, and after it was taken out', () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const { members, targetGroup } = await newcomers(lab, 1);
      const [one] = members;
      await lab.ledger.update(one!, { registered: [targetGroup], phase: 'in-service' });
      const release = { group: 'web', instanceId: one!.instanceId, reason: 'root-volume', lifecycle: null };
      const { run } = inputOf(lab, one!);
      await step(lab, 'DeregisterTargets', { release, run });
      expect(await lab.ledger.member('web', one!.instanceId)).toMatchObject({ phase: 'replacing', registered: [] });

      await lab.ledger.update(one!, { registered: [targetGroup] });
      const another = { ...run, execution: `${execution}-2` };
      await step(lab, 'ClaimIndex', { launch: aLaunch({ instanceId: one!.instanceId }), run: another });
      expect(await lab.ledger.member('web', one!.instanceId)).toMatchObject({ phase: 'launching', registered: [] });
    }));
});

describe('health that is looked at together', () => {
  const healthy = async (lab: Lab, member: Member) => {
    lab.region.ec2.world.setAppState(member.instanceId, 'healthy');
    await step(lab, 'RegisterTargets', inputOf(lab, member, { crowd: 1 }));
    await lab.clock.advance(30_000);
  };

  test('is asked for once, for all that wait', () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const { members } = await newcomers(lab, 3);
      for (const member of members) await healthy(lab, member);
      const inputs = members.map((member) => inputOf(lab, member));
      await lab.clock.advance(5_000);
      expect(await step(lab, 'CheckHealth', inputs[0]!)).toMatchObject({ action: 'healthy' });
      lab.region.elasticLoadBalancing.api.describeTargetHealth = () => Promise.reject(new Error('not called'));
      for (const input of inputs) expect(await step(lab, 'CheckHealth', input)).toMatchObject({ action: 'healthy' });
    }));

  test('of before an instance was registered again is not believed', () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const { members, targetGroup } = await newcomers(lab, 2);
      const [one, other] = members;
      await healthy(lab, one!);
      await healthy(lab, other!);
      const looking = inputOf(lab, other!);
      await lab.clock.advance(5_000);
      expect(await step(lab, 'CheckHealth', looking)).toMatchObject({ action: 'healthy' });

      // One is taken out and put in again, all within the time for which the look is good.
      const elb = lab.region.elasticLoadBalancing;
      lab.region.ec2.world.setAppState(one!.instanceId, 'down');
      elb.world.deregister(elb.world.targetGroup(targetGroup), one!.instanceId);
      await elb.api.registerTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: one!.instanceId }] });
      const input = inputOf(lab, one!);
      await lab.clock.advance(1_900);
      await expect(step(lab, 'CheckHealth', input)).rejects.toMatchObject({ name: 'TargetPending' });
      // The one that has been waiting all along may believe it.
      expect(await step(lab, 'CheckHealth', looking)).toMatchObject({ action: 'healthy' });
    }));

  test('of an instance on two ports is asked for by itself', () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const { members, targetGroup } = await newcomers(lab, 1);
      const [one] = members;
      await healthy(lab, one!);
      const elb = lab.region.elasticLoadBalancing.api;
      await elb.registerTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: one!.instanceId, Port: 9 }] });
      const input = inputOf(lab, one!);
      await lab.clock.advance(5_000);
      const asked: unknown[] = [];
      const describe = elb.describeTargetHealth.bind(elb);
      elb.describeTargetHealth = (request) => {
        asked.push(request.Targets);
        return describe(request);
      };
      expect(await step(lab, 'CheckHealth', input)).toMatchObject({ action: 'healthy' });
      expect(asked).toEqual([undefined, [{ Id: one!.instanceId }]]);
    }));
});

describe('a crowd', () => {
  test.each([
    [1, 0, false],
    [20, 1, false],
    [20, 2, true],
    [21, 0, true],
    [0, 0, false],
  ])('of %i, tried %i times in vain: together %s', (comersNow, retries, together) => {
    expect(isDoneTogether({ crowd: comersNow, run: { retries } })).toBe(together);
  });

  test('that was seen just now is believed only by who was in it', () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      lab.addGroup('web');
      lab.region.bus.setDelivery({ quality: { loss: 1 } });
      lab.muster.reconciler.disable();
      lab.region.autoScaling.world.setDesiredCapacity('web', 30);
      await lab.clock.advance(30_000);
      const [first, second] = [...lab.region.autoScaling.world.group('web').instances.keys()];
      const claim = (instanceId: string) => {
        const { run } = inputOf(lab, { instanceId, index: 0 } as Member);
        return step(lab, 'ClaimIndex', { launch: aLaunch({ instanceId }), run });
      };
      expect(await claim(first!)).toMatchObject({ action: 'claimed', crowd: 30 });
      // Two that the look does not cover: one looks again, the other waits for its turn to do so.
      await expect(claim('i-0dead')).rejects.toMatchObject({ name: 'InstanceGone' });
      await expect(claim('i-0beef')).rejects.toMatchObject({ name: 'TurnAwaited' });
      lab.region.autoScaling.world.terminateInstance(second!, { decrement: true });
      await lab.clock.advance(5_000);
      await expect(claim(second!)).rejects.toMatchObject({ name: 'InstanceGone' });
    }));
});

test.each([
  [0, 'BuildRunningNear'],
  [crowd, 'BuildRunningSoon'],
])('a build that is about to end is asked for less often, the more end with it: %i, %s', (coming, expected) =>
  withLab({ reachedOver: 'memory' }, async (lab) => {
    const { members } = await newcomers(lab, 1);
    const input = inputOf(lab, members[0]!, { job: 'provision', crowd: coming });
    const name = async () =>
      (step(lab, 'RunBuild', input) as Promise<object>).then(
        () => 'ended',
        (error: unknown) => (error as Error).name,
      );
    const seen = new Set<string>();
    for (let at = 0; at < 90 && !seen.has('ended'); at += 1) {
      seen.add(await name());
      await lab.clock.advance(1_000);
    }
    expect([...seen]).toContain(expected);
    expect([...seen]).toContain('ended');
    expect(seen.has('BuildRunningNear')).toBe(coming === 0);
  }),
);

test.each([
  [1, 'TagsTurnFar'],
  [2, 'TagsTurnNear'],
])('number %i of 1,000 that come at once waits for its turn before it calls EC2: %s', async (index, expected) => {
  const calls: string[] = [];
  const ec2 = ({ operation }: { operation: string }, proceed: () => Promise<unknown>) => {
    calls.push(operation);
    return proceed();
  };
  await withLab(
    { reachedOver: 'memory', interceptPorts: (ports) => ({ ...ports, ec2: intercept(ports.ec2, ec2) }) },
    async (lab) => {
      const member = (await newcomers(lab, 2)).members[index - 1]!;
      const input = inputOf(lab, member, { crowd: 1_000 });
      await lab.clock.advance(20_000);
      const says = /^web-0\d is one of 1000 that come at once: it is tagged in \d+ s, so that CreateTags/;
      const waits = { name: expected, message: expect.stringMatching(says) as string };
      await expect(step(lab, 'TagInstance', input)).rejects.toMatchObject(waits);
      expect(calls).toEqual([]);
      await lab.clock.advance(150_000);
      expect(await step(lab, 'TagInstance', input)).toMatchObject({ action: 'tagged' });
      expect(calls).toEqual(['describeInstances', 'createTags']);
    },
  );
});
