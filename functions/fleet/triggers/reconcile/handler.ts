import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { forEachLimited } from '../../../shared/limit';
import { NamedError } from '../../../shared/named-error';
import type { GroupSettings } from '../../contracts/settings';
import type { Presence } from '../../domain/detached';
import type { FailingRelease } from '../../domain/failing-releases';
import { decide, type Decision } from '../../domain/reconcile';
import type { GroupRecords } from '../../ledger/port';
import { tellFailing } from '../../outcomes/failing-releases';
import { makeApply, type ApplyDeps } from './apply';
import { listRunning, type Running } from '../../executions/running';
import { pendingIn } from './failing';
import { describeGroups, readStates } from './groups';
import { lookAtHooks, type HookDeps } from './hooks';
import { measure } from './measure';
import { noting } from './noting';
import { tellTakenOut, type TakenOutDeps } from './taken-out';
import { sightings } from './observe';
import { readPresences } from './presence';

export type ReconcileDeps = ApplyDeps & HookDeps & TakenOutDeps;

/** What one run has done, by kind of decision. */
export type Reconciled = Readonly<Partial<Record<Decision['action'] | 'instances', number>>>;

/** Something could not be done in this run; the rest was. The next run tries it again. */
export class ReconcileIncomplete extends NamedError<'ReconcileIncomplete'> {
  constructor(problems: readonly string[]) {
    super('ReconcileIncomplete', problems.join('\n'), { fault: 'environment' });
  }
}

interface Fleet {
  readonly groups: ReadonlyMap<string, AutoScalingGroup>;
  readonly launches: Running;
  readonly releases: Running;
}

// What is done to instances of one group side by side; the calls of Auto Scaling share one small limit.
const atOnce = 4;

/**
 * Looks at everything and does what is missing, whatever events were lost. Runs every minute, never twice at once.
 * A group or an instance that cannot be served does not keep the others from being served.
 *
 * @throws ReconcileIncomplete after the run, with all that failed in it.
 */
export function makeHandler(deps: ReconcileDeps): (event: unknown) => Promise<Reconciled> {
  return async () => {
    const problems: string[] = [];
    const counts: Partial<Record<keyof Reconciled, number>> = {};
    const names = await deps.settings.list();
    // The ledger before the groups: who is in it was in its group by then, and can be missed there only if it left.
    const records = new Map<string, GroupRecords>();
    await forEachLimited(names, atOnce, (name) =>
      noting(problems, name, async () => void records.set(name, await deps.ledger.records(name))),
    );
    const fleet: Fleet = {
      groups: await describeGroups(deps.autoScaling, names),
      launches: await listRunning(deps.stepFunctions, deps.stateMachineArn),
      releases: await listRunning(deps.stepFunctions, deps.releaseArn),
    };
    await noting(problems, 'groups that were taken out', () => tellTakenOut(deps, names, records));
    for (const [name, known] of records) {
      await noting(problems, name, () => reconcileGroup(deps, fleet, name, known, { problems, counts }));
    }
    if (problems.length > 0) {
      deps.log.error('some of it could not be done', { problems });
      throw new ReconcileIncomplete(problems);
    }
    deps.log.info('everything is looked at', { ...counts });
    return counts;
  };
}

interface Results {
  readonly problems: string[];
  readonly counts: Partial<Record<keyof Reconciled, number>>;
}

async function reconcileGroup(
  deps: ReconcileDeps,
  fleet: Fleet,
  name: string,
  records: GroupRecords,
  { problems, counts }: Results,
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
  await noting(problems, name, () => readPresences(deps, records.members, states, presences));
  const seen = await sightings(deps, { group: name, records, states, presences, ...fleet });
  measure(deps, name, seen, view.breakerIsOpen);
  const failing: FailingRelease[] = [];
  const apply = makeApply(deps, (one) => failing.push(one));
  const todo = seen.flatMap((one) => decide(one, view).map((decision) => ({ one, decision })));
  // Heartbeats first: they are what has a deadline.
  todo.sort((left, right) => rank(left.decision) - rank(right.decision));
  await forEachLimited(todo, atOnce, ({ one, decision }) =>
    noting(problems, `${name} ${one.instanceId} ${decision.action}`, async () => {
      await apply(one, decision);
      counts[decision.action] = (counts[decision.action] ?? 0) + 1;
    }),
  );
  const pending = pendingIn(seen, todo);
  await noting(problems, `${name} failing releases`, () => tellFailing(deps, { group: name, failing, pending }));
  counts.instances = (counts.instances ?? 0) + seen.length;
}

/** How many wait in a lifecycle hook. Those of warm pools are not listed here, and come in small numbers. */
function waitingIn(groups: readonly AutoScalingGroup[]): number {
  const states = groups.flatMap(({ Instances = [] }) => Instances.map(({ LifecycleState }) => LifecycleState));
  return states.filter((state) => state?.endsWith(':Wait')).length;
}

function rank({ action }: Decision): number {
  return action === 'heartbeat' ? 0 : 1;
}

/** Without them it is still known what runs and what is held, and heartbeats go on. */
async function readSettings(deps: ApplyDeps, group: string, problems: string[]): Promise<GroupSettings | undefined> {
  let settings: GroupSettings | undefined;
  await noting(problems, group, async () => {
    settings = await deps.settings.read(group);
  });
  return settings;
}
