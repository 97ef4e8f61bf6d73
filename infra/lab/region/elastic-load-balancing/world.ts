import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import { NamedError } from '../../../../functions/shared/named-error';
import { arn, type RegionContext } from '../base/context';
import { draw, type Duration } from '../base/duration';
import { hex } from '../base/identifiers';
import type { Instance } from '../ec2/instance';
import type { Ec2World } from '../ec2/world';
import { advance, begin, defaultHealthCheck, type Probe } from './health';
import { health, invalidState, unhealthy, type Target } from './target';
import type { TargetGroup, TargetGroupChanges, TargetGroupOptions } from './target-group';

export interface ElasticLoadBalancingTimings {
  /** From RegisterTargets to the end of `Elb.RegistrationInProgress`. */
  readonly registrationMs: Duration;
}

export const elasticLoadBalancingTimings: ElasticLoadBalancingTimings = { registrationMs: [1_000, 5_000] };

/** The region's target groups, each behind an Application Load Balancer of its own. See SPEC.md. */
export class ElasticLoadBalancingWorld {
  readonly #context: RegionContext;
  readonly #ec2: Ec2World;
  readonly #timings: ElasticLoadBalancingTimings;
  readonly #groups = new Map<string, TargetGroup>();

  constructor(context: RegionContext, ec2: Ec2World, timings: Partial<ElasticLoadBalancingTimings> = {}) {
    this.#context = context;
    this.#ec2 = ec2;
    this.#timings = { ...elasticLoadBalancingTimings, ...timings };
  }

  createTargetGroup(options: TargetGroupOptions): TargetGroup {
    const resource = `targetgroup/${options.name}/${hex(this.#context.random, 16)}`;
    const group: TargetGroup = {
      arn: arn(this.#context, 'elasticloadbalancing', resource),
      name: options.name,
      vpcId: options.vpcId,
      targetType: options.targetType ?? 'instance',
      ipAddressType: options.ipAddressType ?? 'ipv4',
      protocol: options.protocol ?? 'HTTP',
      port: options.port ?? 80,
      deregistrationDelayMs: (options.deregistrationDelaySeconds ?? 300) * 1000,
      healthCheck: { ...defaultHealthCheck, ...options.healthCheck },
      hasListenerRule: options.hasListenerRule ?? true,
      enabledZones: options.enabledZones,
      targets: new Map(),
    };
    this.#groups.set(group.arn, group);
    return group;
  }

  /** Changes a target group; its targets' checks start again, as they do when a listener rule is added. */
  changeTargetGroup(arnOfGroup: string, changes: TargetGroupChanges): void {
    const group = this.targetGroup(arnOfGroup);
    group.hasListenerRule = changes.hasListenerRule ?? group.hasListenerRule;
    if ('enabledZones' in changes) group.enabledZones = changes.enabledZones;
    group.healthCheck = { ...group.healthCheck, ...changes.healthCheck };
    for (const target of group.targets.values()) target.progress = begin(this.#firstCheck(group, this.#now()));
  }

  /** The target group is deleted; calls that still name it get TargetGroupNotFound. */
  deleteTargetGroup(arnOfGroup: string): void {
    this.#groups.delete(arnOfGroup);
  }

  get targetGroups(): readonly TargetGroup[] {
    return [...this.#groups.values()];
  }

  find(arnOfGroup: string): TargetGroup | undefined {
    return this.#groups.get(arnOfGroup);
  }

  targetGroup(arnOfGroup: string): TargetGroup {
    const group = this.#groups.get(arnOfGroup);
    if (group !== undefined) return group;
    throw new NamedError('TargetGroupUnknown', `there is no target group "${arnOfGroup}"`, { fault: 'bug' });
  }

  /** Registers an instance on a port. The same again changes nothing, unless it was draining. */
  register(group: TargetGroup, instanceId: string, port: number): void {
    const known = this.#target(group, instanceId, port);
    if (known !== undefined && known.drainingUntil === undefined) return;
    const registrationEndsAt = this.#now() + draw(this.#context.random, this.#timings.registrationMs);
    const progress = begin(this.#firstCheck(group, registrationEndsAt));
    group.targets.set(key(instanceId, port), { instanceId, port, registrationEndsAt, progress });
  }

  /** Deregisters, without a port all of them: the target drains for the group's delay. Returns whether there was anything to deregister. */
  deregister(group: TargetGroup, instanceId: string, port?: number): boolean {
    const targets = this.targetsOf(group, instanceId, port).filter((target) => target.drainingUntil === undefined);
    for (const target of targets) {
      // A target that gets no traffic has nothing to drain.
      const delay = this.#health(group, target).State === 'unused' ? 0 : group.deregistrationDelayMs;
      group.targets.set(key(target.instanceId, target.port), { ...target, drainingUntil: this.#now() + delay });
    }
    return targets.length > 0;
  }

  /** The targets that are registered or draining: of the group, of one instance, or of one port of it. */
  targetsOf(group: TargetGroup, instanceId?: string, port?: number): Target[] {
    this.#forgetDrained(group);
    if (instanceId !== undefined && port !== undefined) {
      const target = this.#target(group, instanceId, port);
      return target === undefined ? [] : [target];
    }
    const all = [...group.targets.values()];
    return instanceId === undefined ? all : all.filter((target) => target.instanceId === instanceId);
  }

  /** The health of one target as it is now. */
  health(group: TargetGroup, instanceId: string, port: number = group.port): TargetHealth {
    const target = this.#target(group, instanceId, port);
    return target === undefined ? health.notRegistered : this.#health(group, target);
  }

  #health(group: TargetGroup, target: Target): TargetHealth {
    if (target.drainingUntil !== undefined) return health.draining;
    const isAddress = group.targetType === 'ip';
    const instance = isAddress ? this.#ec2.holderOf(target.instanceId) : this.#ec2.find(target.instanceId);
    const state = instance?.state.current ?? 'terminated';
    // Of an address ELB does not know whose it is: it is checked, whether anything answers there or not.
    if (!isAddress && state !== 'running') return invalidState(state);
    if (!group.hasListenerRule) return health.noListener;
    const zone = instance?.subnet.availabilityZone;
    if (zone !== undefined && group.enabledZones?.includes(zone) === false) return health.zoneNotEnabled;
    if (this.#now() < target.registrationEndsAt) return health.registering;
    return this.#checked(group, target, isAddress ? this.#ec2.holdersOf(target.instanceId) : () => instance);
  }

  #checked(group: TargetGroup, target: Target, who: (at: number) => Instance | undefined): TargetHealth {
    const probe = (at: number) => probeOf(who(at), at);
    target.progress = advance(target.progress, this.#now(), group.healthCheck, probe);
    if (target.progress.state === 'healthy') return health.healthy;
    return target.progress.state === 'initial' ? health.checking : unhealthy(target.progress.lastFailure);
  }

  #target(group: TargetGroup, instanceId: string, port: number): Target | undefined {
    const target = group.targets.get(key(instanceId, port));
    return target !== undefined && this.#isDrained(target) ? undefined : target;
  }

  #isDrained(target: Target): boolean {
    return target.drainingUntil !== undefined && target.drainingUntil <= this.#now();
  }

  #forgetDrained(group: TargetGroup): void {
    for (const [name, target] of group.targets) if (this.#isDrained(target)) group.targets.delete(name);
  }

  /** Checks of a target begin anywhere within one interval after its registration. */
  #firstCheck(group: TargetGroup, from: number): number {
    return from + draw(this.#context.random, [0, group.healthCheck.intervalSeconds * 1000]);
  }

  #now(): number {
    return this.#context.clock.millis();
  }
}

function probeOf(instance: Instance | undefined, at: number): Probe {
  if (instance === undefined) return 'timeout';
  const app = instance.state.at(at) === 'running' ? instance.app.at(at) : 'down';
  if (app === 'healthy') return { status: 200 };
  if (app === 'hanging') return 'timeout';
  return app === 'down' ? 'refused' : app;
}

function key(instanceId: string, port: number): string {
  return `${instanceId}:${port}`;
}
