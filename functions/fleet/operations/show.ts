import type { Clock } from '../../shared/runtime';
import { forEachLimited } from '../../shared/lists';
import { targetGroupName, recordedTargets } from '../domain/targets';
import { executionArn } from '../../shared/executions/start';
import { adoptedWay, executionName } from '../domain/redrive-or-new-attempt';
import { nextAction, type NextAction } from '../domain/standing/next-action';
import { held, progressOf, progressOfReserve } from '../domain/standing/progress';
import type { StepVisit } from '../domain/standing/steps';
import { timelineOf, type Moment } from '../domain/standing/timeline';
import { isInLaunchHook } from '../domain/lifecycle';
import { readLaunchExecution } from '../executions/read-launch-execution';
import { hasFailed, latest, type LaunchExecution } from '../domain/launch-execution';
import { readLifecycleState, readTargetHealth } from '../resources/instance';
import { consoleLink } from '../../shared/executions/links';
import type { Activities, AutoScaling, ElasticLoadBalancing, SettingsStore, StepFunctions } from '../ports/aws';
import type { HistoryEntry, Hold, Ledger, Member, Reserve } from '../ledger/port';
import { settingsMistakes } from './settings-mistakes';
import { readActivities } from './activities';
import { isReleased, readSteps } from './executions';
import type { FoundInstance } from './find';

export interface ShowDeps {
  clock: Clock;
  ledger: Pick<Ledger, 'records' | 'history'>;
  autoScaling: Pick<AutoScaling, 'describeAutoScalingInstances'>;
  activities: Activities;
  stepFunctions: Pick<StepFunctions, 'describeExecution' | 'getExecutionHistory' | 'listExecutions'>;
  elasticLoadBalancing: Pick<ElasticLoadBalancing, 'describeTargetHealth'>;
  settings: Pick<SettingsStore, 'read'>;
  /** Of the state machine of launches. */
  stateMachineArn: string;
  /** Of the state machine of releases. */
  releaseArn: string;
}

/** What ELB says of an instance in one target group. */
export interface TargetHealthView {
  readonly targetGroup: string;
  readonly state: string;
  readonly reason?: string;
}

/** A build of a job for the instance. */
export interface BuildView {
  readonly job: string;
  readonly attempt: number;
  readonly number?: number;
  /** `SUCCESS`, `FAILURE` …; absent while it is not over. */
  readonly result?: string;
  readonly url?: string;
  readonly startedAt: string;
  readonly durationMs?: number;
  readonly message?: string;
}

/** Everything that is known of one instance. Times are ISO 8601 in UTC. */
export interface InstanceView {
  readonly group: string;
  readonly instanceId: string;
  /** Its name, or its id if it has none. */
  readonly name: string;
  readonly index?: number;
  readonly fqdn?: string;
  readonly addresses: readonly string[];
  readonly lifecycleState?: string;
  readonly what: string;
  readonly execution?: { readonly arn: string; readonly name: string; readonly status: string; readonly link: string };
  readonly hold?: { readonly state: string; readonly error: string; readonly reason: string; readonly endsAt?: string };
  readonly targets: readonly TargetHealthView[];
  readonly builds: readonly BuildView[];
  readonly next: NextAction;
  /** In the order of time. */
  readonly timeline: readonly Moment[];
  /** What could not be looked at, and why; the rest is shown none the less. */
  readonly gaps: readonly string[];
}

/** Everything that is known of an instance, its past as one timeline, and what happens next. */
export async function show(deps: ShowDeps, { group, instance, called }: FoundInstance): Promise<InstanceView> {
  const gaps: string[] = [];
  const { members, holds, reserves, breaker } = await deps.ledger.records(group);
  const is = ({ instanceId }: { instanceId: string }) => instanceId === instance;
  const [member, hold, reserve] = [members.find(is), holds.find(is), reserves.find(is)];
  const seen = await look(deps, { group, instance, member, hold, reserve }, gaps);
  const { launch, mistakes, state, activities, targets, past, steps, isReleased: released } = seen;
  const name = member?.name ?? hold?.name ?? instance;
  const builds = buildsOf(member?.builds ?? reserve?.builds ?? {});
  return {
    group,
    instanceId: instance,
    name,
    ...(member !== undefined && { index: member.index, ...(member.fqdn !== undefined && { fqdn: member.fqdn }) }),
    addresses: member?.addresses ?? reserve?.addresses ?? [],
    ...(state !== undefined && { lifecycleState: state }),
    what: whatOf({ member, hold, reserve, state, launch }),
    ...(launch !== undefined && {
      execution: { arn: launch.arn, name: launch.name, status: launch.status, link: consoleLink(launch.arn) },
    }),
    ...(hold !== undefined && {
      hold: { state: hold.state, error: hold.error, reason: hold.reason, ...(hold.endsAt && { endsAt: hold.endsAt }) },
    }),
    targets,
    builds,
    next: nextAction({
      name,
      group,
      called,
      state,
      member,
      hold,
      reserve,
      launch: launch?.status,
      mistakes,
      isReleased: released,
      at: standing(steps, launch),
      breakerIsOpen: breaker?.openedAt !== undefined,
    }),
    timeline: timelineOf({
      activities,
      past,
      steps,
      builds,
      hold,
      breaker,
      ...(launch !== undefined && {
        launch: { startedAt: launch.startedAt, status: launch.status, startedBy: launch.input?.startedBy },
        ...(launch.stoppedAt !== undefined && { endedAt: launch.stoppedAt }),
      }),
    }),
    gaps,
  };
}

interface InstanceRecords {
  readonly group: string;
  readonly instance: string;
  readonly member: Member | undefined;
  readonly hold: Hold | undefined;
  readonly reserve: Reserve | undefined;
}

/** What AWS says of it. What cannot be read is a gap, and the rest is shown. */
async function look(deps: ShowDeps, { group, instance, member, hold, reserve }: InstanceRecords, gaps: string[]) {
  const tolerant = async <Value>(what: string, otherwise: Value, read: () => Promise<Value>): Promise<Value> => {
    try {
      return await read();
    } catch (error) {
      gaps.push(`${what} could not be read: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  };
  const arns = [...new Set([hold?.execution, launchOf(deps, member), reserve?.execution])].filter(
    (arn) => arn !== undefined,
  );
  const [launches, state, activities, targets, past, released] = await Promise.all([
    tolerant('its executions', [], () =>
      forEachLimited(arns, 3, (arn) => readLaunchExecution(deps.stepFunctions, arn)),
    ),
    readLifecycleState(deps.autoScaling, { group, instanceId: instance }),
    tolerant('the activities of its group', [], () => readActivities(deps.activities, group, instance)),
    tolerant('the health of its targets', [], () => readTargets(deps, member)),
    tolerant('the history of its number', [], () => historyOf(deps, group, member, instance)),
    tolerant('the executions that release instances', false, () => isReleased(deps, instance)),
  ]);
  const launch = latest(launches);
  const mistakes =
    isInLaunchHook(state) && launch === undefined ? await settingsMistakes(deps.settings, group) : undefined;
  const steps =
    launch === undefined
      ? []
      : await tolerant('the steps of its launch', [], () => readSteps(deps.stepFunctions, launch.arn));
  return { launch, mistakes, state, activities, targets, past, steps, isReleased: released };
}

/** The step at which a launch stands: the last one, if it runs or has failed. */
function standing(steps: readonly StepVisit[], launch: LaunchExecution | undefined): StepVisit | undefined {
  return launch !== undefined && (launch.status === 'RUNNING' || hasFailed(launch)) ? steps.at(-1) : undefined;
}

function whatOf(seen: {
  member: Member | undefined;
  hold: Parameters<typeof held>[0] | undefined;
  reserve: Parameters<typeof progressOfReserve>[0] | undefined;
  state: string | undefined;
  launch: LaunchExecution | undefined;
}): string {
  const { member, hold, reserve, state, launch } = seen;
  if (member !== undefined) return progressOf(member, hold).what;
  if (hold !== undefined) return held(hold).what;
  if (reserve !== undefined) return progressOfReserve(reserve).what;
  if (launch !== undefined) return `its launch is ${launch.status}, and it holds no number`;
  return state === undefined ? 'is not in its group, and holds nothing' : 'has no number: it is not under Muster';
}

async function readTargets(
  { elasticLoadBalancing }: ShowDeps,
  member: Member | undefined,
): Promise<TargetHealthView[]> {
  if (member === undefined) return [];
  return forEachLimited(recordedTargets(member), 5, async (target) => {
    const health = await readTargetHealth(elasticLoadBalancing, target);
    const why = [health?.Reason, health?.Description].filter((part) => part !== undefined).join(': ');
    return {
      targetGroup: targetGroupName(target.targetGroup),
      state: health?.State ?? 'not registered',
      ...(why !== '' && { reason: why }),
    };
  });
}

/** Of one that was adopted after its ledger was lost: that of its launch, if Step Functions still knows it. */
function launchOf({ stateMachineArn }: ShowDeps, member: Member | undefined): string | undefined {
  if (member?.execution.endsWith(`_${adoptedWay}`) !== true) return member?.execution;
  const { group, instanceId } = member;
  const way = { group, instanceId, origin: 'EC2', destination: 'AutoScalingGroup' } as const;
  return executionArn(stateMachineArn, executionName(way));
}

const pastEntries = 50;

/** Of its number, while it has one: who had it before. Of one that has none, what was its own. */
async function historyOf(deps: ShowDeps, group: string, member: Member | undefined, instanceId: string) {
  const index = member === undefined ? {} : { index: member.index };
  const entries: HistoryEntry[] = await deps.ledger.history(group, { ...index, limit: pastEntries });
  return entries.filter((entry) => entry.instanceId === instanceId);
}

function buildsOf(records: Member['builds']): BuildView[] {
  return Object.entries(records).map(([job, { attempt, startedAt, trace, outcome, job: fullName }]) => {
    const number = outcome?.number ?? trace?.number;
    return {
      job: fullName ?? job,
      attempt,
      startedAt,
      ...(number !== undefined && { number }),
      ...(outcome !== undefined && { result: outcome.result, message: outcome.message }),
      ...(outcome?.url !== undefined && { url: outcome.url }),
      ...(outcome?.durationMs !== undefined && { durationMs: outcome.durationMs }),
    };
  });
}
