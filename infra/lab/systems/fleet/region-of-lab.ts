import { NamedError } from '../../../../functions/shared/named-error';
import type { LabOptions } from './world';
import { randomStream } from '../../kernel/random';
import { createRegion, type Region } from '../../region';
import type { RegionContext } from '../../region/base/context';

/** That of the lab beside it, if they are to be in the same one. */
export function regionOf({ clock, seed, beside, region = {}, stackName = 'muster' }: LabOptions): Region {
  const route53 = beside?.region.route53.world;
  const place = { ...home, ...region };
  if (beside !== undefined && samePlace(beside.region.context, place)) {
    if (stackName !== beside.stackName) return beside.region;
    const text = `two deployments called ${stackName} in ${place.name}: give one of them another stackName`;
    throw new NamedError('StackExists', text, { fault: 'bug' });
  }
  // Regions of one seed have instances of different ids; the one in which most labs are keeps those that it has.
  const names = samePlace(home, place) ? [] : [place.partition, place.account, place.name];
  const random = randomStream('region', seed, ...names);
  return createRegion({ ...region, clock, random, ...(route53 === undefined ? {} : { route53 }) });
}

type Place = Pick<RegionContext, 'partition' | 'account' | 'name'>;
const home: Place = { partition: 'aws', account: '123456789012', name: 'eu-central-1' };

function samePlace(left: Place, right: Place): boolean {
  return left.partition === right.partition && left.account === right.account && left.name === right.name;
}
