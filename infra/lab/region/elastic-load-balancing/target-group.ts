import type { HealthCheck } from './health';
import type { Target } from './target';

/** What a target group takes: instances by id, addresses, one load balancer, one function. */
export type TargetType = 'instance' | 'ip' | 'alb' | 'lambda';
export type IpAddressType = 'ipv4' | 'ipv6';

export interface TargetGroupOptions {
  readonly name: string;
  readonly vpcId: string;
  /** Default `instance`. Any other text is a type that AWS may have tomorrow: it takes no id that we know. */
  readonly targetType?: TargetType | (string & {});
  /** Default `ipv4`. */
  readonly ipAddressType?: IpAddressType;
  /** Default `HTTP`. */
  readonly protocol?: 'HTTP' | 'HTTPS';
  /** Where targets registered without a port are reached. Default 80. */
  readonly port?: number;
  readonly healthCheck?: Partial<HealthCheck>;
  /** How long a deregistered target is `draining`. Default 300 s. */
  readonly deregistrationDelaySeconds?: number;
  /** Whether a listener rule forwards to the group. If none does, its targets are never checked. Default true. */
  readonly hasListenerRule?: boolean;
  /** The load balancer's Availability Zones. Default: all. */
  readonly enabledZones?: readonly string[];
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly vpcId: string;
  readonly targetType: string;
  readonly ipAddressType: IpAddressType;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly port: number;
  readonly deregistrationDelayMs: number;
  healthCheck: HealthCheck;
  hasListenerRule: boolean;
  /** `undefined`: all. */
  enabledZones: readonly string[] | undefined;
  /** By instance id, or address, and port. */
  readonly targets: Map<string, Target>;
}

/** What can be changed of a target group that exists. */
export type TargetGroupChanges = Partial<Pick<TargetGroup, 'hasListenerRule' | 'enabledZones'>> & {
  readonly healthCheck?: Partial<HealthCheck>;
};
