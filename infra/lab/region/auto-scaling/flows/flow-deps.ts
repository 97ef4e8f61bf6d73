import type { RegionContext } from '../../base/context';
import type { Ec2World } from '../../ec2/world';
import type { ElasticLoadBalancingWorld } from '../../elastic-load-balancing/world';
import type { Announcer } from '../announce/announcer';
import type { Group } from '../groups/group';
import type { LifecycleActions } from '../hooks/lifecycle-actions';
import type { InstanceWatch } from './instance-watch';
import type { AutoScalingTimings } from './timings';

/** What the flows of a group (into service, out of it, standby) work with. */
export interface FlowDeps {
  readonly context: RegionContext;
  readonly timings: AutoScalingTimings;
  readonly ec2: Ec2World;
  readonly loadBalancing: ElasticLoadBalancingWorld;
  readonly announcer: Announcer;
  readonly actions: LifecycleActions;
  readonly watch: InstanceWatch;
  /** Makes the group compare its size with the desired one, soon. */
  readonly wake: (group: Group) => void;
}
