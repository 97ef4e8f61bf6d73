import type { Instance, InstanceNetworkInterface } from '@aws-sdk/client-ec2';
import { StepError, type StepErrorName } from '../contracts/errors';
import type { AddressDecision, ShownAddresses } from '../domain/dns/addresses';

/** Its primary network interface: the one with device index 0 on network card 0. AWS promises no order of them. */
export function primaryInterface({ NetworkInterfaces = [] }: Instance): InstanceNetworkInterface | undefined {
  return NetworkInterfaces.find(
    ({ Attachment }) => Attachment?.DeviceIndex === 0 && (Attachment.NetworkCardIndex ?? 0) === 0,
  );
}

/** The addresses of its primary network interface. AWS promises no order of them, either. */
export function shownAddresses(instance: Instance): ShownAddresses {
  const primary = primaryInterface(instance);
  const ipv4 = primary?.PrivateIpAddresses?.find(({ Primary }) => Primary)?.PrivateIpAddress;
  const addresses = [ipv4 ?? primary?.PrivateIpAddress ?? instance.PrivateIpAddress, ipv6Of(primary)];
  const state = instance.State?.Name;
  return {
    addresses: addresses.filter((address) => address !== undefined),
    isFinal: primary !== undefined && state !== undefined && state !== 'pending',
  };
}

/** The primary one. Without one every look must find the same, so the first in the order of their text. */
function ipv6Of(one: InstanceNetworkInterface | undefined): string | undefined {
  const all = one?.Ipv6Addresses ?? [];
  const primary = all.find(({ IsPrimaryIpv6 }) => IsPrimaryIpv6);
  return primary?.Ipv6Address ?? all.flatMap(({ Ipv6Address }) => Ipv6Address ?? []).sort()[0];
}

/** @throws StepError `InstanceNotVisibleYet`; `AddressUnavailable`, or another name given for it. */
export function requireAddresses(
  decision: AddressDecision,
  about: string,
  unavailable: StepErrorName = 'AddressUnavailable',
): readonly string[] {
  if (decision.action === 'use') return decision.addresses;
  throw new StepError(
    decision.action === 'wait' ? 'InstanceNotVisibleYet' : unavailable,
    `${about}: ${decision.reason}`,
  );
}
