import { isSettingsProblem } from '../contracts/errors';
import type { Launch } from '../contracts/inputs';
import { jobNames, parseGroupSettings, type GroupSettings } from '../contracts/settings';
import { decideFailure, errorOf, holdOf, hookEnd, isAbout, mayAwaitLaunch, type FailedLaunch } from '../domain/outcome';
import { readLaunchExecution } from '../executions/read-launch-execution';
import type { LaunchExecution } from '../domain/launch-execution';
import { readLifecycleState } from '../resources/instance';
import type { Breaker, Hold } from '../ledger/port';
import { recordFailure } from './success';
import { reportBreaker } from './breaker-report';
import type { OutcomeDeps } from './outcome-deps';
import { findFailedState } from './failed-state';
import { holdMessage } from './launch-message';
import { deliverNotification, leaseNotification, type NotificationStore } from './notification';

export interface SettleResult {
  readonly action: 'none' | 'held' | 'reported' | 'cleared';
  readonly reason: string;
}

type FailureSettings = Pick<GroupSettings, 'holdMinutes' | 'breakerAfter'> & { readonly problem?: string };

/**
 * Puts a failed launch on hold and sends the one message about it. Asked again, it continues where it was left.
 *
 * @throws what keeps the message from being sent, or AWS from answering: then it is to be asked again.
 */
export async function settleFailure(
  deps: OutcomeDeps,
  execution: LaunchExecution,
  launch: Launch,
): Promise<SettleResult> {
  const seen = await observe(deps, execution, launch);
  const decision = decideFailure(seen);
  if (decision.action === 'none') return { action: 'none', reason: decision.reason };
  const settings = await readSettings(deps, launch.group);
  const settled = await holdAndReport(deps, seen, launch, settings);
  // After the message about the hold, even if another run sent that one: the message about the breaker can still be
  // due.
  await reportBreaker(deps, launch.group);
  return settled;
}

async function observe(deps: OutcomeDeps, execution: LaunchExecution, launch: Launch): Promise<FailedLaunch> {
  const { group, instanceId } = launch;
  // Before the others: a hold that a release has removed in the meantime would look like none, were they older.
  const hold = await deps.ledger.findHold(group, instanceId);
  const [member, state] = await Promise.all([
    deps.ledger.member(group, instanceId),
    readLifecycleState(deps.autoScaling, launch),
  ]);
  const isOther = member !== undefined && member.execution !== execution.arn;
  const other = isOther ? await readLaunchExecution(deps.stepFunctions, member.execution) : undefined;
  return { execution, state, member, hold, other };
}

async function holdAndReport(
  deps: OutcomeDeps,
  seen: FailedLaunch,
  launch: Launch,
  settings: FailureSettings,
): Promise<SettleResult> {
  const { ledger, metrics } = deps;
  const { group, instanceId } = launch;
  const isNew = !isAbout(seen.hold, seen.execution);
  const hold = isAbout(seen.hold, seen.execution) ? seen.hold : await newHold(deps, seen, launch, settings);
  if (isNew && !(await isStillFailed(deps, seen.execution)))
    return { action: 'none', reason: 'the execution has been redriven meanwhile' };
  // Before the hold is there to be acted on: with the failure that opens the breaker nothing is abandoned any more.
  const breaker = isNew
    ? await recordFailure(deps, { group, instanceId, failedAt: hold.failedAt }, settings.breakerAfter)
    : await ledger.breaker(group);
  const kept: NotificationStore<Hold> = {
    read: () => ledger.findHold(group, instanceId),
    save: (record) => ledger.saveHold(record),
  };
  const task = await leaseNotification(deps, kept, hold);
  if (task.action === 'leave') return { action: 'none', reason: task.reason };
  if (isNew) metrics.count('LaunchesHeld', 1, { Group: group }, { instance: instanceId, execution: hold.execution });
  const news = await gatherNews(deps, seen, launch, { hold: task.record, breaker, problem: settings.problem });
  await deliverNotification(deps, kept, task, holdMessage({ ...news, mayBeRepeated: task.mayBeRepeated }));
  return { action: isNew ? 'held' : 'reported', reason: describe(hold) };
}

async function newHold(
  deps: OutcomeDeps,
  seen: FailedLaunch,
  launch: Launch,
  settings: FailureSettings,
): Promise<Hold> {
  const waits = mayAwaitLaunch(launch, seen.state);
  const [state = 'launch', globalSeconds] = await Promise.all([
    findFailedState(deps.stepFunctions, seen.execution.arn),
    waits ? globalTimeout(deps, launch) : undefined,
  ]);
  const hookEndsAt = hookEnd(seen.execution, launch, globalSeconds);
  const terms = { holdMinutes: settings.holdMinutes, waits, hookEndsAt, now: deps.clock.now() };
  return holdOf(seen, launch, { state, ...errorOf(seen.execution) }, terms);
}

/**
 * Whether the execution is as it was read. A run that AWS answers slowly can be a minute late, and an operator can retry
 * meanwhile: an instance that is in service by then would be held and reported again.
 */
async function isStillFailed({ stepFunctions }: OutcomeDeps, seen: LaunchExecution): Promise<boolean> {
  const now = await readLaunchExecution(stepFunctions, seen.arn);
  return now === undefined || (now.status === seen.status && now.redrives === seen.redrives);
}

async function gatherNews(
  { ledger, clock }: OutcomeDeps,
  { execution, member }: FailedLaunch,
  launch: Launch,
  { hold, breaker, problem }: { hold: Hold; breaker: Breaker | undefined; problem: string | undefined },
) {
  const job = jobNames.find((name) => name === hold.state.toLowerCase());
  const builds =
    job === undefined
      ? undefined
      : (member?.builds ?? (await ledger.findReserve(launch.group, launch.instanceId))?.builds);
  const build = job === undefined ? undefined : builds?.[job];
  return {
    hold,
    execution,
    launch,
    buildUrl: build?.outcome?.url,
    breakerIsOpen: breaker?.openedAt !== undefined,
    targetGroups: member?.targetGroups,
    settingsProblem: problem,
    now: clock.now(),
  };
}

/** The hook's global limit in seconds; `undefined` if the hook is not there (any more). */
async function globalTimeout({ autoScaling }: OutcomeDeps, { group, lifecycle }: Launch): Promise<number | undefined> {
  if (lifecycle === null) return undefined;
  // All of the group's, 50 at most: asked for one by name that is gone, Auto Scaling gives an error.
  const { LifecycleHooks } = await autoScaling.describeLifecycleHooks({ AutoScalingGroupName: group });
  return LifecycleHooks?.find(({ LifecycleHookName }) => LifecycleHookName === lifecycle.hookName)?.GlobalTimeout;
}

/**
 * With wrong settings a launch is still held, by the defaults. If Parameter Store does not answer, the run fails and
 * is repeated.
 */
async function readSettings({ settings }: OutcomeDeps, group: string): Promise<FailureSettings> {
  try {
    return await settings.read(group);
  } catch (error) {
    if (!isSettingsProblem(error)) throw error;
    const { holdMinutes, breakerAfter } = parseGroupSettings({ group: 'any' }, 'no parameter');
    const problem = `The settings of ${group} cannot be used, so the launch is held for the default of ${holdMinutes} min: ${error.message}`;
    return { holdMinutes, breakerAfter, problem };
  }
}

function describe({ name, instanceId, state, error, endsAt }: Hold): string {
  const until = endsAt === undefined ? 'without a time limit' : `until ${endsAt}`;
  return `${name ?? instanceId} is on hold ${until}: ${state} failed (${error})`;
}
