import type { Random } from '../../../functions/shared/random';
import type { LabClock } from '../kernel/clock';
import { AutoScalingApi } from './auto-scaling/api';
import type { AutoScalingTimings } from './auto-scaling/flows/timings';
import { AutoScalingWorld } from './auto-scaling/world';
import type { RegionContext } from './base/context';
import type { DeliveryQuality } from './base/delivery';
import { Ec2Api } from './ec2/api';
import type { SubnetOptions } from './ec2/network';
import { Ec2World, type Ec2Timings } from './ec2/world';
import { ElasticLoadBalancingApi } from './elastic-load-balancing/api';
import { ElasticLoadBalancingWorld, type ElasticLoadBalancingTimings } from './elastic-load-balancing/world';
import { EventBus, type BusOptions } from './event-bridge/bus';
import { Route53Api } from './route53/api';
import { Route53World, type Route53Timings } from './route53/world';
import { SnsApi } from './sns/api';
import { Topics } from './sns/topics';
import { withThrottling, type ThrottledService } from './calls/throttling';

export interface RegionOptions {
  readonly clock: LabClock;
  readonly random: Random;
  /** Default `123456789012`. */
  readonly account?: string;
  /** Default `eu-central-1`. */
  readonly name?: string;
  /** Default `aws`. */
  readonly partition?: string;
  /** Route 53 is one for all regions of a partition: that of another region (`route53.world`). Default: one of its own. */
  readonly route53?: Route53World;
  /** Default: three of 4,091 addresses, `subnet-a` to `subnet-c` in `vpc-lab`, one in each zone. */
  readonly subnets?: readonly SubnetOptions[];
  readonly timings?: {
    readonly autoScaling?: Partial<AutoScalingTimings>;
    readonly ec2?: Partial<Ec2Timings>;
    readonly route53?: Partial<Route53Timings>;
    readonly elasticLoadBalancing?: Partial<ElasticLoadBalancingTimings>;
  };
  /** How well events arrive. Default: each once, within half a second. */
  readonly events?: BusOptions;
  /** How well classic notifications arrive. Default: the same. */
  readonly notifications?: Partial<DeliveryQuality>;
  /** Whether AWS's published request limits hold for the `api`s. Default no. */
  readonly throttling?: boolean;
}

/** A service: how its callers see it (`api`, the port), and how the lab drives it (`world`). */
export interface Service<Api, World> {
  readonly api: Api;
  readonly world: World;
}

export interface Region {
  readonly context: RegionContext;
  readonly autoScaling: Service<AutoScalingApi, AutoScalingWorld>;
  readonly ec2: Service<Ec2Api, Ec2World>;
  readonly route53: Service<Route53Api, Route53World>;
  readonly elasticLoadBalancing: Service<ElasticLoadBalancingApi, ElasticLoadBalancingWorld>;
  /** The world is `topics`. AWS's limits of Publish are far beyond what is done here: it has none. */
  readonly sns: Service<SnsApi, Topics>;
  readonly bus: EventBus;
  readonly topics: Topics;
  /** The same port under the service's request limits, if the region has them: for a service that lives outside it. */
  readonly throttled: <Port extends object>(port: Port, service: ThrottledService) => Port;
}

/** An AWS region in memory. Nothing happens in it unless its clock is advanced. */
export function createRegion(options: RegionOptions): Region {
  const context = contextOf(options);
  const bus = new EventBus(context, options.events);
  const topics = new Topics(context, options.notifications);
  const ec2 = new Ec2World(context, options.timings?.ec2);
  for (const subnet of options.subnets ?? defaultSubnets(context.name)) ec2.addSubnet(subnet);
  const balancing = new ElasticLoadBalancingWorld(context, ec2, options.timings?.elasticLoadBalancing);
  const neighbours = { ec2, loadBalancing: balancing, bus, topics };
  const scaling = new AutoScalingWorld(context, neighbours, options.timings?.autoScaling);
  const route53 = options.route53 ?? new Route53World(context, options.timings?.route53);
  const throttle = <Port extends object>(port: Port, service: ThrottledService): Port =>
    options.throttling === true ? withThrottling(port, service, options.clock) : port;
  return {
    context,
    autoScaling: { api: throttle(new AutoScalingApi(ec2, scaling), 'autoScaling'), world: scaling },
    ec2: { api: throttle(new Ec2Api(context, ec2), 'ec2'), world: ec2 },
    route53: { api: throttle(new Route53Api(route53), 'route53'), world: route53 },
    elasticLoadBalancing: {
      api: throttle(new ElasticLoadBalancingApi(ec2, balancing), 'elasticLoadBalancing'),
      world: balancing,
    },
    sns: { api: new SnsApi(topics), world: topics },
    bus,
    topics,
    throttled: throttle,
  };
}

function contextOf(options: RegionOptions): RegionContext {
  return {
    clock: options.clock,
    random: options.random,
    partition: options.partition ?? 'aws',
    name: options.name ?? 'eu-central-1',
    account: options.account ?? '123456789012',
  };
}

function defaultSubnets(region: string): SubnetOptions[] {
  return ['a', 'b', 'c'].map((letter, index) => ({
    id: `subnet-${letter}`,
    vpcId: 'vpc-lab',
    availabilityZone: `${region}${letter}`,
    cidr: `10.0.${index * 16}.0/20`,
  }));
}
