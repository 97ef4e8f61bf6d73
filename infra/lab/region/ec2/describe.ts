import type { Instance as SdkInstance, InstanceNetworkInterface, Reservation } from '@aws-sdk/client-ec2';
import { stateCode, type Instance, type MoreInterface } from './instance';

/** An instance as DescribeInstances shows it at `now`. */
export function reservationOf(instance: Instance, now: number, owner: string): Reservation {
  return {
    ReservationId: `r-${instance.id.slice(2)}`,
    OwnerId: owner,
    Groups: [],
    Instances: [describe(instance, now)],
  };
}

function describe(instance: Instance, now: number): SdkInstance {
  const state = instance.state.current;
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    InstanceType: instance.instanceType as NonNullable<SdkInstance['InstanceType']>,
    LaunchTime: instance.launchedAt,
    State: { Code: stateCode(state), Name: state },
    Placement: { AvailabilityZone: instance.subnet.availabilityZone, Tenancy: 'default' },
    Tags: [...instance.tags.visible(now)].map(([Key, Value]) => ({ Key, Value })),
    ...(state === 'terminated' || now < instance.interfacesVisibleAt
      ? { PrivateDnsName: '', NetworkInterfaces: [] }
      : network(instance)),
  };
}

/** A terminated instance has lost its network interfaces, and with them address, subnet and VPC. */
function network(instance: Instance): Partial<SdkInstance> {
  const { subnet, ipv6, privateDnsName, moreInterfaces } = instance;
  const primary = { ...instance, privateIp: instance.privateIp || undefined, deviceIndex: 0, networkCardIndex: 0 };
  const listed = instance.primaryListedLast ? [...moreInterfaces, primary] : [primary, ...moreInterfaces];
  return {
    ...(primary.privateIp === undefined ? {} : { PrivateIpAddress: primary.privateIp }),
    PrivateDnsName: privateDnsName,
    SubnetId: subnet.id,
    VpcId: subnet.vpcId,
    ...(ipv6 === undefined ? {} : { Ipv6Address: ipv6 }),
    NetworkInterfaces: listed.map(describeInterface),
  };
}

function describeInterface(one: MoreInterface): InstanceNetworkInterface {
  const { privateIp, ipv6, subnet, deviceIndex, networkCardIndex } = one;
  return {
    ...(privateIp === undefined ? {} : { PrivateIpAddress: privateIp }),
    SubnetId: subnet.id,
    VpcId: subnet.vpcId,
    Status: 'in-use',
    Attachment: { DeviceIndex: deviceIndex, NetworkCardIndex: networkCardIndex, Status: 'attached' },
    Ipv6Addresses: ipv6 === undefined ? [] : [{ Ipv6Address: ipv6, IsPrimaryIpv6: false }],
    PrivateIpAddresses: privateIp === undefined ? [] : [{ Primary: true, PrivateIpAddress: privateIp }],
  };
}
