import { systemClock } from '../../functions/shared/runtime';
import type { Lab } from '../lab/systems/fleet/lab';
import { Controls } from '../lab/stay/controls';
import { whereIsTheLab } from '../lab/stay/home';
import { placeOf, portsOf } from '../lab/stay/ports';
import { remotePort, type Address } from '../lab/stay/remote';
import { CannotLook } from './failures';
import type { LabControls, World } from './world';

/** A lab in this process. @param controls `null`: a world to look at, and to do what an operator does. */
export function worldOfLab(lab: Lab, controls: LabControls | null = new Controls(lab, 1)): World {
  return { ...portsOf(lab), ...placeOf(lab), ...(controls !== null && { controls }), where: 'the lab' };
}

/**
 * A lab in another process of this user, started with `npm start -- --stay`.
 *
 * @throws CannotLook where there is none.
 */
export async function worldOfRunningLab(address: Address | undefined = whereIsTheLab()): Promise<World> {
  if (address === undefined) throw new CannotLook('no lab runs here: start one with npm start -- --stay');
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- says which port the name is of
  const port = <Port extends object>(name: string) => remotePort<Port>(address, name);
  const here = port<{ place(): Promise<ReturnType<typeof placeOf>>; now(): Promise<Date> }>('place');
  const place = await here.place();
  const controls = port<LabControls>('controls');
  const { speed } = await controls.state();
  const [labNow, ourNow] = [(await here.now()).getTime(), systemClock.now().getTime()];
  return {
    // Its time is its own, and faster.
    clock: { now: () => new Date(labNow + (systemClock.now().getTime() - ourNow) * speed) },
    ledger: port('ledger'),
    settings: port('settings'),
    autoScaling: port('autoScaling'),
    activities: port('activities'),
    ec2: port('ec2'),
    route53: port('route53'),
    elasticLoadBalancing: port('elasticLoadBalancing'),
    stepFunctions: port('stepFunctions'),
    logs: port('logs'),
    jobs: port('jobs'),
    controls,
    ...place,
    where: 'the lab',
  };
}
