import type { InterfaceAddresses, Subnet } from './network';
import type { TagSet } from './tags';
import type { Timeline } from './timeline';

export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

/**
 * How the application on an instance answers a health check: `down` refuses the connection, `hanging` never answers,
 * `healthy` answers 200.
 */
export type AppState = 'down' | 'hanging' | 'healthy' | { readonly status: number };

/** A network interface beside the primary one. */
export interface MoreInterface extends InterfaceAddresses {
  readonly deviceIndex: number;
  readonly networkCardIndex: number;
  readonly subnet: Subnet;
  readonly place: string;
}

export interface Instance {
  readonly id: string;
  readonly subnet: Subnet;
  readonly launchedAt: Date;
  readonly imageId: string;
  readonly instanceType: string;
  /** Its place in the subnet, which it gives back at its end. */
  readonly place: string;
  /** Of the primary interface; empty in an IPv6-only subnet. */
  readonly privateIp: string;
  readonly ipv6: string | undefined;
  readonly moreInterfaces: readonly MoreInterface[];
  /** Whether DescribeInstances lists the primary interface after the others. */
  readonly primaryListedLast: boolean;
  /** Before this time (milliseconds) the API shows neither interfaces nor addresses. */
  readonly interfacesVisibleAt: number;
  readonly privateDnsName: string;
  readonly tags: TagSet;
  readonly state: Timeline<InstanceState>;
  readonly app: Timeline<AppState>;
  /** Before this time (milliseconds) the API does not know the id yet. */
  readonly visibleAt: number;
  terminatedAt?: number;
}

const codes: Record<InstanceState, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** EC2's number for a state. */
export function stateCode(state: InstanceState): number {
  return codes[state];
}
