import type { FleetMetrics } from '../../../functions/fleet/contracts/metrics';
import { doctor } from '../../../functions/fleet/operations/doctor';
import { worldOfLab } from '../../../infra/console/world-lab';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { minutes } from '../../support/failures';
import { launch, withLab } from '../../support/run-lab';

// A group that is taken out of the configuration while its instances hold numbers and names: it is said.

function withSaid(use: (lab: Lab, said: [number, string][]) => Promise<void>): Promise<void> {
  const said: [number, string][] = [];
  const metrics = {
    count: (name: string, value: number, { Deployment }: { Deployment: string }) => {
      if (name === 'MembersTakenOut') said.push([value, Deployment]);
    },
    duration: () => undefined,
  } as FleetMetrics;
  return withLab({ metrics }, (lab) => use(lab, said));
}

const takenOut = async (lab: Lab) =>
  (await doctor(worldOfLab(lab))).filter(({ code }) => code === 'group-taken-out').map(({ group }) => group);

test('is told in every run, and by the doctor, until it is put back', () =>
  withSaid(async (lab, said) => {
    lab.addGroup('web');
    lab.addGroup('api');
    await launch(lab, 2);
    await launch(lab, 1, 'api');
    await minutes(lab, 2);
    expect(said).toEqual([]);
    const settings = await lab.settings.read('web');
    lab.settings.remove('web');
    await minutes(lab, 3);
    const line = [2, `aws:${lab.region.context.account}:${lab.region.context.name}:muster`];
    expect(said).toEqual([line, line, line]);
    expect(await takenOut(lab)).toEqual(['web']);
    lab.settings.put('web', settings);
    await minutes(lab, 2);
    expect(said).toHaveLength(3);
    expect(await takenOut(lab)).toEqual([]);
  }));

test('is not told of a group that had nothing left', () =>
  withSaid(async (lab, said) => {
    lab.addGroup('web');
    lab.addGroup('api');
    const [id] = await launch(lab);
    lab.region.autoScaling.world.terminateInstance(id!, { decrement: true });
    await minutes(lab, 15);
    expect(await lab.ledger.members('web')).toEqual([]);
    lab.settings.remove('web');
    await minutes(lab, 3);
    expect(said).toEqual([]);
    expect(await takenOut(lab)).toEqual([]);
  }));
