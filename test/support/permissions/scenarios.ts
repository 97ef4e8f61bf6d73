import type { Lab, LabOptions } from '../../../infra/lab/systems/fleet/lab';
import { on, withFaults } from '../../../infra/lab/region/calls/faults';
import { buildsEndAs, minutes, told } from '../failures';
import { executions, launch, settle } from '../run-lab';

/** A scenario says what happens in the lab; nothing in it checks anything but that it took place. */
export interface Scenario {
  readonly options?: Pick<LabOptions, 'interceptPorts'>;
  readonly play: (lab: Lab) => Promise<void>;
}

/** Those of the lab in which scenarios are played; `observed-lab.ts` adds them. */
export const managedGroups = ['web', 'api'];

const launchEvent = (lab: Lab, group = 'web') =>
  lab.region.bus.published.find(
    ({ source, detail }) => source === 'aws.autoscaling' && detail.AutoScalingGroupName === group,
  )!;

const redriveFailed = async (lab: Lab) => {
  const failed = executions(lab).filter(({ status }) => status === 'FAILED');
  expect(failed.length).toBeGreaterThan(0);
  for (const { executionArn } of failed) lab.muster.engine.redriveExecution({ executionArn: executionArn! });
  await settle(lab);
};

/** Changes settings of a group; the others stay as they are. */
async function change(lab: Lab, group: string, changes: object): Promise<void> {
  lab.settings.put(group, { ...(await lab.settings.read(group)), ...changes });
}

async function stopRelease(lab: Lab): Promise<void> {
  const { engine, releaseArn: stateMachineArn } = lab.muster;
  const running = () => engine.listExecutions({ stateMachineArn, statusFilter: 'RUNNING' }).executions ?? [];
  expect(await lab.clock.runUntil(() => running().length === 1, 600_000)).toBe(true);
  engine.stopExecution({ executionArn: running()[0]!.executionArn! });
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  'instances of both groups come into service': {
    async play(lab) {
      for (const group of managedGroups) await launch(lab, 2, group);
      expect(executions(lab).map(({ status }) => status)).toEqual(Array(4).fill('SUCCEEDED'));
    },
  },

  'target groups take addresses, and one of them is still that of an instance that is gone': {
    async play(lab) {
      for (const group of managedGroups) {
        const { targetGroups } = await lab.settings.read(group);
        const { world } = lab.region.elasticLoadBalancing;
        // The ARNs are to be those of the other scenarios.
        for (const arn of targetGroups) Object.assign(world.targetGroup(arn), { targetType: 'ip' });
        const execution = `${lab.muster.stateMachineArn.replace(':stateMachine:', ':execution:')}:gone`;
        const before = { group, instanceId: 'i-0000000000000dead', index: 9 };
        await lab.ledger.claim({ ...before, name: 'gone', execution, at: lab.clock.now().toISOString() });
        await lab.ledger.update(before, { targetGroups, targets: targetGroups.map((arn) => `${arn} 10.0.0.4`) });
        expect(await launch(lab, 3, group)).toHaveLength(3);
        // EC2 has to have been silent about it for a while before it counts as gone.
        await minutes(lab, 15);
        expect(await lab.ledger.member(group, before.instanceId)).toBeUndefined();
      }
    },
  },

  'thirty at once want the same number and the same zone': {
    async play(lab) {
      for (const group of managedGroups) expect(await launch(lab, 30, group)).toHaveLength(30);
    },
  },

  'an instance is to be registered while it still starts': {
    async play(lab) {
      for (const group of managedGroups) {
        await change(lab, group, { dns: undefined, provision: undefined, deploy: undefined });
        await launch(lab, 4, group);
      }
      const waits = executions(lab).flatMap(({ executionArn = '' }) =>
        lab.muster.engine
          .getExecutionHistory({ executionArn })
          .events.filter(({ taskFailedEventDetails }) => taskFailedEventDetails?.error === 'InstanceNotRunningYet'),
      );
      expect(waits.length).toBeGreaterThan(0);
    },
  },

  'target groups come into the settings while launches are on hold behind the load balancer': {
    async play(lab) {
      for (const group of managedGroups) {
        await change(lab, group, { dns: undefined, provision: undefined, deploy: undefined, healthTimeoutMinutes: 5 });
        const [id = ''] = await launch(lab, 1, group);
        const { targetGroups } = await lab.settings.read(group);
        // The ARNs are to be those of the other scenarios: what is on record is as if they were new.
        await lab.ledger.update((await lab.ledger.member(group, id))!, { targetGroups: [], addresses: [] });
        const { world } = lab.region.elasticLoadBalancing;
        for (const arn of targetGroups) {
          world.deregister(world.targetGroup(arn), id);
          Object.assign(world.targetGroup(arn), { targetType: 'ip' });
        }
        lab.region.ec2.world.setAppState(id, 'healthy');
      }
      await redriveFailed(lab);
      expect(executions(lab).map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    },
  },

  'each event comes twice, and once more when all is done': {
    async play(lab) {
      lab.region.bus.setDelivery({ quality: { duplication: 1 } });
      await launch(lab);
      lab.region.bus.deliver(launchEvent(lab));
      await lab.clock.advance(60_000);
      expect(executions(lab)).toHaveLength(1);
    },
  },

  'a failed deploy is repaired and redriven': {
    async play(lab) {
      lab.jenkins?.updateJob(lab.jobs.deploy, { numToKeep: 50, behaviour: { result: 'FAILURE' } });
      await launch(lab);
      lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { result: 'SUCCESS' } });
      await redriveFailed(lab);
      expect(executions(lab)).toMatchObject([{ status: 'SUCCEEDED' }]);
    },
  },

  'names are taken over from instances that are gone': {
    async play(lab) {
      lab.jenkins?.updateJob(lab.jobs.deploy, { numToKeep: 50 });
      for (const group of managedGroups) {
        const [gone] = await launch(lab, 1, group);
        const member = (await lab.ledger.member(group, gone!))!;
        // Its end is not reported, so its records stay.
        lab.muster.reconciler.disable();
        lab.region.bus.setDelivery({ quality: { loss: 1 } });
        lab.region.autoScaling.world.terminateInstance(gone!, { decrement: true });
        await lab.clock.advance(4_000_000);
        lab.region.bus.setDelivery({});
        await lab.ledger.free(member, 'a scenario', lab.clock.now().toISOString());
        const [heir] = await launch(lab, 1, group);
        expect(await lab.ledger.member(group, heir!)).toMatchObject({ name: member.name, phase: 'in-service' });
      }
    },
  },

  'a name is of another owner': {
    async play(lab) {
      lab.region.route53.world.foreign(lab.zone.id, {
        name: `web-01.${lab.zone.name}`,
        type: 'A',
        values: ['10.9.9.9'],
      });
      await launch(lab);
      expect(executions(lab)).toMatchObject([{ status: 'FAILED', error: 'NameTaken' }]);
    },
  },

  'the answer to the completed lifecycle action is lost': {
    options: {
      interceptPorts: (ports) => ({
        ...ports,
        autoScaling: withFaults(ports.autoScaling, on('completeLifecycleAction', { kind: 'lose-answer' })),
      }),
    },
    async play(lab) {
      await launch(lab);
      expect(executions(lab)).toMatchObject([{ status: 'SUCCEEDED' }]);
    },
  },

  'instances wait again, for another action of the hook': {
    async play(lab) {
      for (const group of managedGroups) {
        const [id] = await launch(lab, 1, group);
        lab.region.autoScaling.world.member(id!)!.state = 'Pending:Wait';
        const event = launchEvent(lab, group);
        const time = lab.clock.now().toISOString();
        const detail = { ...event.detail, LifecycleActionToken: `another-${group}` };
        lab.region.bus.deliver({ ...event, time, detail });
        await lab.clock.advance(20_000);
        await settle(lab);
      }
      expect(executions(lab)).toHaveLength(4);
    },
  },

  'instances leave again, one of them in the middle of its launch': {
    async play(lab) {
      for (const group of managedGroups) {
        const [id] = await launch(lab, 1, group);
        lab.region.autoScaling.world.terminateInstance(id!, { decrement: true });
        await lab.clock.advance(600_000);
        await settle(lab);
        expect(await lab.ledger.heldIndexes(group)).toEqual([]);
      }
      const { id } = lab.region.autoScaling.world.launchInstance('web');
      await lab.clock.advance(60_000);
      lab.region.autoScaling.world.terminateInstance(id, { decrement: true });
      await lab.clock.advance(600_000);
      expect(executions(lab).at(-1)).toMatchObject({ status: 'ABORTED' });
    },
  },

  'instances are detached, and end later': {
    async play(lab) {
      for (const group of managedGroups) {
        const [id] = await launch(lab, 1, group);
        lab.region.autoScaling.world.detachInstances(group, [id!], { decrement: true });
        await minutes(lab, 10);
        expect(await lab.ledger.member(group, id!)).toMatchObject({ phase: 'detached' });
        lab.region.ec2.world.terminate(id!);
        await minutes(lab, 10);
        expect(await lab.ledger.members(group)).toEqual([]);
      }
    },
  },

  'instances leave, beside whose records others have put their own': {
    async play(lab) {
      const { world } = lab.region.route53;
      for (const group of managedGroups) {
        const [id] = await launch(lab, 1, group);
        for (const { id: zoneId, records } of world.zones) {
          const marks = records.from(undefined, undefined, 1000).filter(({ values }) => values.join().includes(id!));
          for (const mark of marks) world.foreign(zoneId, { ...mark, values: [...mark.values, '"not ours"'] });
        }
        lab.region.autoScaling.world.terminateInstance(id!, { decrement: true });
        await minutes(lab, 10);
        await settle(lab);
        expect(await lab.ledger.heldIndexes(group)).toEqual([]);
      }
    },
  },

  'a termination is told twice': {
    async play(lab) {
      const [id] = await launch(lab);
      lab.region.bus.setDelivery({ quality: { duplication: 1 } });
      lab.region.autoScaling.world.terminateInstance(id!, { decrement: true });
      await lab.clock.advance(600_000);
      await settle(lab);
    },
  },

  'all events are lost, a deploy fails and is abandoned, an instance leaves': {
    async play(lab) {
      lab.region.bus.setDelivery({ quality: { loss: 1 } });
      for (const group of managedGroups) {
        await change(lab, group, { holdMinutes: 5 });
        buildsEndAs(lab, 'deploy', 'FAILURE');
        await launch(lab, 1, group);
        await minutes(lab, 20);
        await settle(lab);
        const [member] = await lab.ledger.members(group);
        expect(member).toMatchObject({ phase: 'in-service' });
        lab.region.autoScaling.world.terminateInstance(member!.instanceId, { decrement: true });
        await minutes(lab, 20);
        expect(await lab.ledger.members(group)).toEqual([]);
      }
      expect(told(lab)).toHaveLength(2);
    },
  },

  'launches fail, are reported, retried and closed; the breaker with them': {
    async play(lab) {
      for (const group of managedGroups) {
        await change(lab, group, { breakerAfter: 1 });
        buildsEndAs(lab, 'deploy', 'FAILURE');
        const [id] = await launch(lab, 1, group);
        const hold = (await lab.ledger.findHold(group, id!))!;
        await redriveFailed(lab);
        expect(await lab.ledger.findHold(group, id!)).toBeUndefined();
        // Of an instance that was very late with it: by the event, and by the reconciler.
        for (const tell of [true, false]) {
          if (tell) lab.muster.reconciler.disable();
          await lab.ledger.saveHold({ ...hold, revision: 1 });
          const failed = lab.region.bus.published.filter(({ detail }) => detail.status === 'FAILED').at(-1)!;
          if (tell) lab.region.bus.deliver(failed);
          await minutes(lab, 3);
          expect(await lab.ledger.findHold(group, id!)).toBeUndefined();
          lab.muster.reconciler.enable();
        }
      }
    },
  },

  'a release has been stopped, and its event comes again': {
    async play(lab) {
      for (const group of managedGroups) {
        const [id] = await launch(lab, 1, group);
        lab.region.autoScaling.world.terminateInstance(id!, { decrement: true });
        await stopRelease(lab);
        lab.muster.reconciler.disable();
        await minutes(lab, 15);
        const leaving = lab.region.bus.published.filter((event) => /terminate Lifecycle/.test(event['detail-type']));
        lab.region.bus.deliver(leaving.at(-1)!);
        await minutes(lab, 20);
        lab.muster.reconciler.enable();
      }
    },
  },

  'a release is stopped while the zone is busy, and continues': {
    async play(lab) {
      lab.jenkins?.on('build-finished', ({ parameters }) =>
        lab.region.ec2.world.setAppState(parameters.INSTANCE ?? '', { status: 500 }),
      );
      for (const group of managedGroups) {
        await change(lab, group, { healthTimeoutMinutes: 1, holdMinutes: 1, breakerAfter: 20 });
        const [id] = await launch(lab, 1, group);
        lab.region.autoScaling.world.suspend(group, 'Launch');
        // It comes as far as its name.
        lab.region.route53.world.zone(lab.zone.id).busyUntil = lab.clock.millis() + 900_000;
        await stopRelease(lab);
        await minutes(lab, 30);
        expect(await lab.ledger.member(group, id!)).toBeUndefined();
      }
    },
  },

  'launches whose instances vanish are stopped': {
    async play(lab) {
      for (const group of managedGroups) {
        lab.region.bus.setDelivery({});
        lab.region.autoScaling.world.setDesiredCapacity(group, 1);
        await minutes(lab, 1);
        lab.region.bus.setDelivery({ quality: { loss: 1 } });
        const [id] = [...lab.region.autoScaling.world.group(group).instances.keys()];
        lab.region.autoScaling.world.interruptSpot(id!);
        lab.region.autoScaling.world.setDesiredCapacity(group, 0);
        await minutes(lab, 15);
      }
      expect(executions(lab).filter(({ status }) => status === 'ABORTED').length).toBeGreaterThan(1);
    },
  },

  'root volumes are replaced': {
    async play(lab) {
      for (const group of managedGroups) {
        const [id] = await launch(lab, 1, group);
        lab.region.autoScaling.world.replaceRootVolume(id!);
        await minutes(lab, 15);
        await settle(lab);
      }
      expect(executions(lab)).toHaveLength(4);
    },
  },

  'a root volume is replaced in a group without a terminate hook of ours': {
    async play(lab) {
      for (const group of managedGroups) {
        const [id] = await launch(lab, 1, group);
        await change(lab, group, { terminateHook: 'of-no-owner' });
        lab.region.autoScaling.world.replaceRootVolume(id!);
        await minutes(lab, 3);
        expect(await lab.ledger.member(group, id!)).toMatchObject({ phase: 'replacing' });
      }
    },
  },

  'instances go into a warm pool, out of it, and back': {
    async play(lab) {
      const { world } = lab.region.autoScaling;
      for (const group of managedGroups) {
        const { provision } = await lab.settings.read(group);
        await change(lab, group, { provision: { ...provision!, parameters: { INSTANCE: '{instanceId}' } } });
        world.putWarmPool(group, { minSize: 1, maxGroupPreparedCapacity: 1, reuseOnScaleIn: true });
        await minutes(lab, 10);
        // The second stay has executions with names of their own, which are put on record.
        for (const desired of [1, 0, 1, 0]) {
          world.setDesiredCapacity(group, desired);
          await minutes(lab, 20);
        }
        expect((await lab.ledger.records(group)).reserves).not.toEqual([]);
        world.deleteWarmPool(group);
        await minutes(lab, 20);
        expect(await lab.ledger.records(group)).toMatchObject({ members: [], reserves: [] });
      }
    },
  },

  'instances leave a warm pool while they are provisioned for it': {
    async play(lab) {
      const { world } = lab.region.autoScaling;
      lab.jenkins?.updateJob(lab.jobs.provision, { behaviour: { durationMs: 3_000_000 } });
      for (const group of managedGroups) {
        const { provision } = await lab.settings.read(group);
        await change(lab, group, { provision: { ...provision!, parameters: { INSTANCE: '{instanceId}' } } });
        world.putWarmPool(group, { minSize: 1, maxGroupPreparedCapacity: 1 });
        await minutes(lab, 3);
        world.deleteWarmPool(group);
        await minutes(lab, 8);
        expect(await lab.ledger.records(group)).toMatchObject({ members: [], reserves: [] });
      }
      expect(lab.jenkins?.builds(lab.jobs.provision)).toMatchObject([{ result: 'ABORTED' }, { result: 'ABORTED' }]);
    },
  },

  'a group that is not managed launches': {
    async play(lab) {
      lab.addGroup('others');
      lab.settings.remove('others');
      await launch(lab, 1, 'others');
      expect(executions(lab)).toHaveLength(0);
    },
  },
};
