import { wrapPorts } from '../../../infra/lab/systems/fleet/wrap-ports';
import type { Lab, LabOptions } from '../../../infra/lab/systems/fleet/lab';
import { intercept, type PortCall } from '../../../infra/lab/region/calls/intercept';
import { ServiceError } from '../../../infra/lab/region/base/service-error';
import { buildsEndAs, minutes } from '../../support/failures';
import { launch, settle, stateOf, withLab } from '../../support/run-lab';

// What the reconciler could not look at is not absent: no instance loses anything for it, and the run says so.

type Blinding = (call: PortCall, proceed: () => Promise<unknown>) => Promise<unknown>;

interface World {
  readonly lab: Lab;
  /** From here on these calls, by any caller, are answered so. */
  readonly blind: (calls: Readonly<Record<string, Blinding>>) => void;
  /** How the last run of the reconciler has ended. */
  readonly lastRun: () => unknown;
}

async function withWorld(use: (world: World) => Promise<void>): Promise<void> {
  let blinded: Readonly<Record<string, Blinding>> = {};
  let last: unknown;
  const options: Omit<LabOptions, 'clock' | 'seed'> = {
    interceptPorts: (ports) =>
      wrapPorts(ports, (service, port) =>
        intercept(port, (call, proceed) => {
          const blinding = blinded[`${service}.${call.operation}`];
          return blinding === undefined ? proceed() : blinding(call, proceed);
        }),
      ),
    interceptTrigger: (name, run) => async (event) => {
      try {
        const answer = await run(event);
        if (name === 'reconcile') last = undefined;
        return answer;
      } catch (error) {
        if (name === 'reconcile') last = error;
        throw error;
      }
    },
  };
  await withLab(options, (lab) => use({ lab, blind: (calls) => (blinded = calls), lastRun: () => last }));
}

interface Fleet {
  readonly live: readonly string[];
  readonly held: string;
  readonly pooled: string;
  readonly gone: string;
}

/** Two in service, one held, one in a warm pool; and one that went without an event. The reconciler is off. */
async function aFleet(lab: Lab): Promise<Fleet> {
  lab.addGroup('pool', { maxSize: 1, warmPool: { reuseOnScaleIn: true } });
  lab.addGroup('web', { settings: { holdMinutes: 600 }, deregistrationDelaySeconds: 20 });
  const [first, second, gone] = await launch(lab, 3);
  buildsEndAs(lab, 'deploy', 'FAILURE');
  const [held] = await launch(lab);
  await minutes(lab, 5);
  await settle(lab);
  const [pooled] = [...lab.region.autoScaling.world.group('pool').instances.keys()];
  lab.region.bus.setDelivery({ quality: { loss: 1 } });
  lab.muster.reconciler.disable();
  const { world, api } = lab.region.autoScaling;
  world.terminateInstance(gone!, { decrement: true });
  expect(await lab.clock.runUntil(() => stateOf(lab, gone!) === 'Terminating:Wait', 600_000)).toBe(true);
  await api.completeLifecycleAction({
    AutoScalingGroupName: 'web',
    LifecycleHookName: 'muster-terminate',
    InstanceId: gone!,
    LifecycleActionResult: 'CONTINUE',
  });
  await minutes(lab, 2);
  expect(stateOf(lab, gone!)).toBeUndefined();
  return { live: [first!, second!], held: held!, pooled: pooled!, gone: gone! };
}

/** Everything that the fleet has, for those who are alive. */
async function belongings(lab: Lab, { live, held, pooled }: Fleet) {
  return {
    states: [...live, held, pooled].map((id) => stateOf(lab, id)),
    members: (await lab.ledger.members('web')).filter(({ instanceId }) => [...live, held].includes(instanceId)),
    hold: await lab.ledger.findHold('web', held),
    reserve: await lab.ledger.findReserve('pool', pooled),
  };
}

function releases({ muster: { engine, releaseArn: stateMachineArn } }: Lab): string[] {
  return (engine.listExecutions({ stateMachineArn }).executions ?? []).map(({ name = '' }) => name);
}

const broken = () =>
  new ServiceError({ code: 'InternalFailure', message: 'an internal error has occurred', status: 500 });
const refused: Blinding = () => Promise.reject(broken());
const saysNothing: Blinding = async () => ({});

const looks = [
  'settings.list',
  'settings.read',
  'ledger.records',
  'autoScaling.describeAutoScalingGroups',
  'autoScaling.describeAutoScalingInstances',
  'autoScaling.describeWarmPool',
  'autoScaling.describeLifecycleHooks',
  'stepFunctions.listExecutions',
  'stepFunctions.describeExecution',
];

describe('a look of the reconciler', () => {
  const answered = looks.filter((look) => !/^(settings|ledger)|describeExecution/.test(look));
  test.each<[string, string, Blinding]>([
    ...looks.map((look) => [look, 'is refused', refused] as [string, string, Blinding]),
    ...answered.map(
      (look) => [look, 'is answered without what it is about', saysNothing] as [string, string, Blinding],
    ),
  ])('%s that %s takes nothing from any instance, and is reported', (look, _, blinding) =>
    withWorld(async ({ lab, blind, lastRun }) => {
      const fleet = await aFleet(lab);
      const before = await belongings(lab, fleet);
      const had = releases(lab);
      blind({ [look]: blinding });
      lab.muster.reconciler.enable();
      for (let minute = 1; minute <= 3; minute += 1) {
        await minutes(lab, 1);
        expect(lastRun()).toBeInstanceOf(Error);
      }
      expect(await belongings(lab, fleet)).toEqual(before);
      expect(releases(lab).filter((name) => !name.includes(fleet.gone))).toEqual(
        had.filter((name) => !name.includes(fleet.gone)),
      );
      blind({});
      await minutes(lab, 3);
      await settle(lab);
      expect(lastRun()).toBeUndefined();
      expect(await belongings(lab, fleet)).toEqual(before);
      expect(await lab.ledger.member('web', fleet.gone)).toBeUndefined();
    }),
  );
});

describe('Auto Scaling', () => {
  const one: Blinding = (call, proceed) => {
    Object.assign(call.input as object, { MaxRecords: 1 });
    return proceed();
  };
  /** Nothing on the first page, and the whole on the second. */
  const later: Blinding = async ({ input }, proceed) => {
    const { NextToken } = input as { NextToken?: string };
    if (NextToken === undefined) return { AutoScalingGroups: [], NextToken: 'the second' };
    Reflect.deleteProperty(input as object, 'NextToken');
    return proceed();
  };

  test.each<[string, Record<string, Blinding>]>([
    [
      'says nothing at all',
      {
        'autoScaling.describeAutoScalingGroups': saysNothing,
        'autoScaling.describeAutoScalingInstances': saysNothing,
        'autoScaling.describeWarmPool': saysNothing,
      },
    ],
    [
      'shows no group, and of the instances nothing',
      {
        'autoScaling.describeAutoScalingGroups': async () => ({ AutoScalingGroups: [] }),
        'autoScaling.describeAutoScalingInstances': saysNothing,
      },
    ],
    [
      'shows no group, and the instances one by one',
      {
        'autoScaling.describeAutoScalingGroups': async () => ({ AutoScalingGroups: [] }),
        'autoScaling.describeAutoScalingInstances': one,
      },
    ],
    [
      'shows the groups on its second page, and instances without their states',
      {
        'autoScaling.describeAutoScalingGroups': later,
        'autoScaling.describeAutoScalingInstances': async ({ input }) => ({
          AutoScalingInstances: (input as { InstanceIds: string[] }).InstanceIds.map((InstanceId) => ({ InstanceId })),
        }),
      },
    ],
  ])('%s: no live instance loses anything', (_, blinding) =>
    withWorld(async ({ lab, blind }) => {
      const fleet = await aFleet(lab);
      const before = await belongings(lab, fleet);
      blind(blinding);
      lab.muster.reconciler.enable();
      await minutes(lab, 4);
      blind({});
      await minutes(lab, 3);
      await settle(lab);
      expect(await belongings(lab, fleet)).toEqual(before);
      expect(releases(lab).filter((name) => !name.includes(fleet.gone))).toEqual([]);
    }),
  );
});
