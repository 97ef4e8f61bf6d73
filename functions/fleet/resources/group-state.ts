import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { GroupRecords } from '../ledger/port';

/** What the ledger and Auto Scaling say about the instances of one group. */
export interface GroupState {
  readonly records: GroupRecords;
  /** Auto Scaling's lifecycle states, by instance. */
  readonly states: ReadonlyMap<string, string>;
}

/** The lifecycle states of the instances that a group lists, by instance; those of its warm pool are not among them. */
export function statesOf({ Instances = [] }: AutoScalingGroup): Map<string, string> {
  return new Map(Instances.map(({ InstanceId = '', LifecycleState = '' }) => [InstanceId, LifecycleState]));
}
