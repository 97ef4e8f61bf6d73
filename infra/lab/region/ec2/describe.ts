import type { Instance as SdkInstance, Reservation } from '@aws-sdk/client-ec2';
import { stateCode, type Instance } from './instance';

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
    ...(state === 'terminated' ? { PrivateDnsName: '', NetworkInterfaces: [] } : network(instance)),
  };
}

/** A terminated instance has lost its network interface, and with it address, subnet and VPC. */
function network(instance: Instance): Partial<SdkInstance> {
  const { subnet, privateIp, ipv6, privateDnsName } = instance;
  return {
    PrivateIpAddress: privateIp,
    PrivateDnsName: privateDnsName,
    SubnetId: subnet.id,
    VpcId: subnet.vpcId,
    ...(ipv6 === undefined ? {} : { Ipv6Address: ipv6 }),
    NetworkInterfaces: [
      {
        PrivateIpAddress: privateIp,
        PrivateDnsName: privateDnsName,
        SubnetId: subnet.id,
        VpcId: subnet.vpcId,
        Status: 'in-use',
        Ipv6Addresses: ipv6 === undefined ? [] : [{ Ipv6Address: ipv6, IsPrimaryIpv6: false }],
        PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: privateIp, PrivateDnsName: privateDnsName }],
      },
    ],
  };
}
