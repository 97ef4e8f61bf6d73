import type { HealthCheck } from './health';
import type { Target } from './target';

export interface TargetGroupOptions {
  readonly name: string;
  readonly vpcId: string;
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
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly port: number;
  readonly deregistrationDelayMs: number;
  healthCheck: HealthCheck;
  hasListenerRule: boolean;
  /** `undefined`: all. */
  enabledZones: readonly string[] | undefined;
  /** By instance id and port. */
  readonly targets: Map<string, Target>;
}

/** What can be changed of a target group that exists. */
export type TargetGroupChanges = Partial<Pick<TargetGroup, 'hasListenerRule' | 'enabledZones'>> & {
  readonly healthCheck?: Partial<HealthCheck>;
};
