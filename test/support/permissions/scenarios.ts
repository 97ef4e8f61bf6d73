import type { Lab, LabOptions } from '../../../infra/lab/lab';
import { on, withFaults } from '../../../infra/lab/region/faults';
import { executions, launch, settle } from '../run-lab';

/** A scenario says what befalls the lab; nothing in it checks anything but that it took place. */
export interface Scenario {
  readonly options?: Pick<LabOptions, 'around'>;
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

export const scenarios: Readonly<Record<string, Scenario>> = {
  'instances of both groups come into service': {
    async play(lab) {
      for (const group of managedGroups) await launch(lab, 2, group);
      expect(executions(lab).map(({ status }) => status)).toEqual(Array(4).fill('SUCCEEDED'));
    },
  },

  'twenty at once want the same number and the same zone': {
    async play(lab) {
      expect(await launch(lab, 20)).toHaveLength(20);
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

  'a failed deploy is mended and redriven': {
    async play(lab) {
      lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { result: 'FAILURE' } });
      await launch(lab);
      lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { result: 'SUCCESS' } });
      await redriveFailed(lab);
      expect(executions(lab)).toMatchObject([{ status: 'SUCCEEDED' }]);
    },
  },

  'names are taken over from instances that are gone': {
    async play(lab) {
      for (const group of managedGroups) {
        const [gone] = await launch(lab, 1, group);
        const member = (await lab.ledger.member(group, gone!))!;
        // Nobody hears of its end, so its records stay.
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

  "a name is somebody else's": {
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
      around: (ports) => ({
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
        lab.region.bus.deliver({ ...event, detail: { ...event.detail, LifecycleActionToken: `another-${group}` } });
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

  'a termination is told twice': {
    async play(lab) {
      const [id] = await launch(lab);
      lab.region.bus.setDelivery({ quality: { duplication: 1 } });
      lab.region.autoScaling.world.terminateInstance(id!, { decrement: true });
      await lab.clock.advance(600_000);
      await settle(lab);
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
