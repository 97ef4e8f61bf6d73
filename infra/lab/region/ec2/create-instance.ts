import type { RegionContext } from '../context';
import { resourceId } from '../identifiers';
import type { AppState, Instance, InstanceState } from './instance';
import { privateDnsName, type Subnet } from './network';
import { TagSet } from './tags';
import { Timeline } from './timeline';

export interface LaunchOptions {
  readonly subnetId: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Default: a random one. */
  readonly instanceId?: string;
  /** Default: the lowest that is free. */
  readonly privateIp?: string;
  readonly imageId?: string;
  readonly instanceType?: string;
}

/** A `pending` instance with an address of the subnet; `hiddenMs` is how long the API does not know it. */
export function createInstance(
  { clock, random, name }: RegionContext,
  subnet: Subnet,
  options: LaunchOptions,
  hiddenMs: number,
): Instance {
  const privateIp = subnet.allocate(options.privateIp);
  const now = clock.millis();
  return {
    id: options.instanceId ?? resourceId(random, 'i'),
    subnet,
    launchedAt: clock.now(),
    imageId: options.imageId ?? resourceId(random, 'ami'),
    instanceType: options.instanceType ?? 'm7g.large',
    privateIp,
    ipv6: subnet.ipv6Of(privateIp),
    privateDnsName: privateDnsName(privateIp, name),
    tags: new TagSet(),
    state: new Timeline<InstanceState>(now, 'pending'),
    app: new Timeline<AppState>(now, 'down'),
    visibleAt: now + hiddenMs,
  };
}
