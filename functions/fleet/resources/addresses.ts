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

// EC2 shows what was made within minutes (EC2 developer guide, "Eventual consistency": up to five of them).
const shownWithinMs = 5 * 60_000;

/** What is asked for an address, and since when. */
interface AddressRequest {
  /** Whose address, or what for. */
  readonly about: string;
  readonly instance: Instance;
  /** How long the step has been trying, in milliseconds. */
  readonly waitedMs: number;
  /** What it is called that none comes. Default `AddressUnavailable`. */
  readonly unavailable?: StepErrorName;
}

/**
 * What EC2 does not show of an instance minutes after it began to run, it never shows: an interface that was taken away, say.
 *
 * @throws StepError `InstanceNotVisibleYet`; `AddressUnavailable`, or another name given for it.
 */
export function requireAddresses(
  decision: AddressDecision,
  { about, instance, waitedMs, unavailable = 'AddressUnavailable' }: AddressRequest,
): readonly string[] {
  if (decision.action === 'use') return decision.addresses;
  const state = instance.State?.Name;
  const isLate = waitedMs >= shownWithinMs && state !== undefined && state !== 'pending';
  if (decision.action === 'wait' && !isLate)
    throw new StepError('InstanceNotVisibleYet', `${about}: ${decision.reason}`);
  const late = `, ${Math.round(waitedMs / 60_000)} min after it was first looked for, and it is ${state}`;
  const todo = 'see its network interfaces in EC2, then retry or abandon it';
  throw new StepError(
    unavailable,
    `${about}: ${decision.reason}${decision.action === 'wait' ? `${late}: ${todo}` : ''}`,
  );
}
