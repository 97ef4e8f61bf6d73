import type { FleetMetrics } from '../../../functions/fleet/contracts/metrics';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { minutes } from '../../support/failures';
import { launch, settle, stateOf, withLab } from '../../support/run-lab';

// A hook that is gone or was changed sends no event: the reconciler looks.

interface SeenFaults {
  /** The last value of `HookFaults`, by group. */
  readonly faults: Record<string, number>;
}

function withSeen(use: (lab: Lab, seen: SeenFaults) => Promise<void>): Promise<void> {
  const seen: SeenFaults = { faults: {} };
  const metrics = {
    count: (name: string, value: number, { Group }: { Group: string }) => {
      if (name === 'HookFaults') seen.faults[Group] = value;
    },
    duration: () => undefined,
  } as FleetMetrics;
  return withLab({ metrics }, (lab) => use(lab, seen));
}

const launching = 'autoscaling:EC2_INSTANCE_LAUNCHING';

test('a group with its two hooks has no fault, without instances and with instances that wait', () =>
  withSeen(async (lab, { faults }) => {
    lab.addGroup('web');
    await minutes(lab, 1);
    expect(faults).toEqual({ web: 0 });
    lab.region.autoScaling.world.setDesiredCapacity('web', 1);
    await minutes(lab, 1);
    expect(faults).toEqual({ web: 0 });
  }));

test('a hook that is deleted is seen within a minute, and as long as it is gone; put again, it is well', () =>
  withSeen(async (lab, { faults }) => {
    lab.addGroup('web');
    await launch(lab);
    const { world } = lab.region.autoScaling;
    world.deleteHook('web', 'muster-launch');
    await minutes(lab, 1);
    expect(faults).toEqual({ web: 1 });
    // What it is there to prevent: in service without a launch by Muster.
    const [id] = await launch(lab);
    await minutes(lab, 5);
    expect(stateOf(lab, id!)).toBe('InService');
    expect(await lab.ledger.member('web', id!)).toBeUndefined();
    expect(faults).toEqual({ web: 1 });
    world.putHook('web', launching, { name: 'muster-launch', defaultResult: 'ABANDON' });
    await minutes(lab, 1);
    expect(faults).toEqual({ web: 0 });
  }));

test('a hook that was changed by hand is seen', () =>
  withSeen(async (lab, { faults }) => {
    lab.addGroup('web');
    lab.region.autoScaling.world.putHook('web', launching, { name: 'muster-launch', defaultResult: 'CONTINUE' });
    await minutes(lab, 1);
    expect(faults).toEqual({ web: 1 });
  }));

test('a group that was deleted has none, and one that was made again under its name neither', () =>
  withSeen(async (lab, { faults }) => {
    lab.addGroup('web');
    const { world } = lab.region.autoScaling;
    world.deleteGroup('web', { force: false });
    await minutes(lab, 1);
    expect(faults).toEqual({ web: 2 });
    world.createGroup({ name: 'web', maxSize: 3 });
    await minutes(lab, 1);
    expect(faults).toEqual({ web: 2 });
    await settle(lab);
  }));
