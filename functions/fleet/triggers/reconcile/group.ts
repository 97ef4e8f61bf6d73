import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { forEachLimited } from '../../../shared/lists';
import type { GroupSettings } from '../../contracts/settings';
import { isInHook } from '../../domain/lifecycle';
import type { FailingRelease } from '../../domain/reconcile/failing-releases';
import { decideReconcile } from '../../domain/reconcile/reconcile';
import type { Decision, Presence } from '../../domain/reconcile/sighting';
import type { Running } from '../../executions/running';
import type { GroupRecords } from '../../ledger/port';
import { reportFailingReleases } from '../../outcomes/failing-releases';
import { makeApply, type ApplyDeps } from './apply';
import { pendingIn } from './failing';
import { readStates } from './groups';
import { lookAtHooks, type HookDeps } from './hooks';
import { measure } from './measure';
import { collectProblem } from './collect-problem';
import { sightings } from './observe';
import { readPresences } from './presence';

export type GroupDeps = ApplyDeps & HookDeps;

/** What one run has done, by kind of decision. */
export type DecisionCounts = Readonly<Partial<Record<Decision['action'] | 'instances' | 'unserved', number>>>;

/** What is known of all groups. */
export interface FleetObservation {
  readonly groups: ReadonlyMap<string, AutoScalingGroup>;
  readonly launches: Running;
  readonly releases: Running;
}

// What is done to instances of one group side by side; the calls of Auto Scaling share one small limit.
export const atOnce = 4;

/** Where a run notes what became of a group, by its name. */
interface Results {
  readonly name: string;
  readonly problems: string[];
  readonly counts: Partial<Record<keyof DecisionCounts, number>>;
}

/** Looks at all instances of a group, and does what is missing. */
export async function reconcileGroup(
  deps: GroupDeps,
  fleet: FleetObservation,
  records: GroupRecords,
  { name, problems, counts }: Results,
): Promise<void> {
  const group = fleet.groups.get(name) ?? { AutoScalingGroupName: name };
  const states = await readStates(deps.autoScaling, group as AutoScalingGroup, records);
  const settings = await readSettings(deps, name, problems);
  const hooks = await lookAtHooks(deps, { group: fleet.groups.get(name), name, settings, states }, problems);
  const view = {
    settings,
    hooks: Object.fromEntries(hooks.map((hook) => [hook.name, hook.heartbeatSeconds])),
    breakerIsOpen: records.breaker?.openedAt !== undefined,
    waiting: waitingIn([...fleet.groups.values()]),
    now: deps.clock.now(),
  };
  const presences = new Map<string, Presence>();
  await collectProblem(problems, name, () => readPresences(deps, records.members, states, presences));
  const seen = await sightings(deps, { group: name, records, states, presences, ...fleet });
  counts.unserved = (counts.unserved ?? 0) + measure(deps, name, seen, view);
  const failing: FailingRelease[] = [];
  const apply = makeApply(deps, (one) => failing.push(one));
  const todo = seen.flatMap((one) => decideReconcile(one, view).map((decision) => ({ one, decision })));
  // Heartbeats first: they are what has a deadline.
  todo.sort((left, right) => rank(left.decision) - rank(right.decision));
  await forEachLimited(todo, atOnce, ({ one, decision }) =>
    collectProblem(problems, `${name} ${one.instanceId} ${decision.action}`, async () => {
      await apply(one, decision);
      counts[decision.action] = (counts[decision.action] ?? 0) + 1;
    }),
  );
  const pending = pendingIn(seen, todo);
  await collectProblem(problems, `${name} failing releases`, () =>
    reportFailingReleases(deps, { group: name, failing, pending }),
  );
  counts.instances = (counts.instances ?? 0) + seen.length;
}

/** How many wait in a lifecycle hook. Those of warm pools are not listed here, and come in small numbers. */
function waitingIn(groups: readonly AutoScalingGroup[]): number {
  const states = groups.flatMap(({ Instances = [] }) => Instances.map(({ LifecycleState }) => LifecycleState));
  return states.filter(isInHook).length;
}

function rank({ action }: Decision): number {
  return action === 'heartbeat' ? 0 : 1;
}

/** Without them the run still knows what runs and what is held, and heartbeats continue. */
async function readSettings(deps: ApplyDeps, group: string, problems: string[]): Promise<GroupSettings | undefined> {
  let settings: GroupSettings | undefined;
  await collectProblem(problems, group, async () => {
    settings = await deps.settings.read(group);
  });
  return settings;
}
