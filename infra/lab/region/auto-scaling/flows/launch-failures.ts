import { endActivity } from '../groups/activity';
import type { Activity } from '../groups/activity-entry';
import type { Group } from '../groups/group';
import type { Movement } from '../groups/movement';
import type { FlowDeps } from './flow-deps';

interface Failure {
  readonly status: 'Failed' | 'Cancelled';
  readonly reason: string;
  readonly movement: Movement;
  /** Absent if EC2 gave none. */
  readonly instanceId?: string;
}

/** Ends a launch that came to nothing: it is announced, and the group holds its next launches back. */
export function launchFailed(deps: FlowDeps, group: Group, activity: Activity, failure: Failure): void {
  const { context, timings, announcer } = deps;
  group.failures += 1;
  group.launchesFrom = context.clock.millis() + timings.backoffMs(group.failures);
  endActivity(context, activity, failure.status, failure.reason);
  announcer.launchFailed(group, failure.instanceId ?? '', activity, failure.movement);
}
