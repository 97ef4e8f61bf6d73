import type { RegionContext } from '../base/context';
import { resourceId } from '../base/identifiers';
import type { AppState, Instance, InstanceState, MoreInterface } from './instance';
import { addressesAt, privateDnsName, type Subnet } from './network';
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

/** What a launch template says of network interfaces: those beside the primary one, and how they are listed. */
export interface InterfaceOptions {
  readonly more?: readonly { readonly deviceIndex: number; readonly networkCardIndex?: number }[];
  /** AWS promises no order. Default: the primary one comes last, which is when the first of the list is another. */
  readonly primaryListed?: 'first' | 'last';
  /** How long the API shows no interface of a fresh instance, in milliseconds. Default 0. */
  readonly visibleAfterMs?: number;
}

/** A `pending` instance with an address of the subnet; `hiddenMs` is how long the API does not know it. */
export function createInstance(
  { clock, random, name }: RegionContext,
  subnet: Subnet,
  options: LaunchOptions,
  { hiddenMs, interfaces }: { readonly hiddenMs: number; readonly interfaces: InterfaceOptions },
): Instance {
  const place = subnet.allocate(options.privateIp);
  const { privateIp = '', ipv6 } = addressesAt(subnet, place);
  const now = clock.millis();
  const id = options.instanceId ?? resourceId(random, 'i');
  return {
    id,
    subnet,
    launchedAt: clock.now(),
    imageId: options.imageId ?? resourceId(random, 'ami'),
    instanceType: options.instanceType ?? 'm7g.large',
    place,
    privateIp,
    ipv6,
    moreInterfaces: (interfaces.more ?? []).map((one) => moreInterface(subnet, one)),
    primaryListedLast: interfaces.primaryListed !== 'first',
    interfacesVisibleAt: now + (interfaces.visibleAfterMs ?? 0),
    privateDnsName: privateDnsName(privateIp === '' ? id : privateIp, name),
    tags: new TagSet(),
    state: new Timeline<InstanceState>(now, 'pending'),
    app: new Timeline<AppState>(now, 'down'),
    visibleAt: now + hiddenMs,
  };
}

function moreInterface(
  subnet: Subnet,
  { deviceIndex, networkCardIndex = 0 }: { readonly deviceIndex: number; readonly networkCardIndex?: number },
): MoreInterface {
  const place = subnet.allocate();
  return { deviceIndex, networkCardIndex, subnet, place, ...addressesAt(subnet, place) };
}
