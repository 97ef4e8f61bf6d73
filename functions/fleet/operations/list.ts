import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { chunks, forEachLimited } from '../../shared/lists';
import { isInLaunchHook } from '../domain/lifecycle';
import { held, progressOf, progressOfReserve, type Stage } from '../domain/standing/progress';
import type { AutoScaling, SettingsStore, StepFunctions } from '../ports/aws';
import type { GroupRecords, Hold, Ledger, Member } from '../ledger/port';
import { listRunning, type Running } from '../executions/running';
import { OperationRefused } from './operation-refused';
import { settingsMistakes } from './settings-mistakes';

export interface ListDeps {
  ledger: Pick<Ledger, 'records'>;
  settings: Pick<SettingsStore, 'list' | 'read'>;
  autoScaling: Pick<AutoScaling, 'describeAutoScalingGroups'>;
  stepFunctions: Pick<StepFunctions, 'listExecutions'>;
  /** Of the state machine of launches. */
  stateMachineArn: string;
}

/** A managed group and its instances. Times are ISO 8601 in UTC. */
export interface ListedGroup {
  readonly group: string;
  readonly desired?: number;
  readonly min?: number;
  readonly max?: number;
  /** Why it cannot be shown as it is: Auto Scaling does not have it, or its settings let no launch begin. */
  readonly problem?: string;
  /** The open breaker: since when it is open, after how many failures. */
  readonly breaker?: { readonly openedAt: string; readonly failed: number };
  /** By number; those without one last. */
  readonly instances: readonly InstanceRow[];
}

export interface InstanceRow {
  readonly instanceId: string;
  readonly name?: string;
  readonly index?: number;
  /** `outside`: in the group, and Muster has nothing on record of it. */
  readonly stage: Stage | 'waiting' | 'outside';
  readonly what: string;
  /** Auto Scaling's lifecycle state; absent if the group does not have it (any more). */
  readonly lifecycleState?: string;
  /** Since when it holds its number. */
  readonly since?: string;
  /** When its hold ends. */
  readonly until?: string;
  readonly execution?: string;
}

const groupsACall = 100;
const recordsAtOnce = 10;

/**
 * The managed groups, or one of them, with what their instances are doing. One call of AWS for a hundred groups and two
 * queries for each group (its members, its holds), however many instances they have; and where something is on hold, one more for each thousand
 * executions that run: one that was retried is on hold no longer. Of a group in which a launch has not begun its settings
 * are read: mistakes in them may be why.
 *
 * @throws OperationRefused for a group that is not managed.
 */
export async function list(deps: ListDeps, group?: string): Promise<ListedGroup[]> {
  const managed = [...(await deps.settings.list())].sort();
  if (group !== undefined && !managed.includes(group)) {
    const has = managed.length === 0 ? 'none is' : `managed are ${managed.join(', ')}`;
    throw new OperationRefused(`group '${group}' is not managed: ${has}`);
  }
  const names = group === undefined ? managed : [group];
  const groups = await describeAll(deps.autoScaling, names);
  const records = await forEachLimited(names, recordsAtOnce, async (name) => deps.ledger.records(name));
  const isAnyHeld = records.some(({ holds }) => holds.length > 0);
  const running = isAnyHeld ? await listRunning(deps.stepFunctions, deps.stateMachineArn) : new Map<string, never>();
  const views = records.map((of, at) =>
    viewOf(names[at] ?? '', groups.get(names[at] ?? ''), withoutRetried(of, running)),
  );
  return forEachLimited(views, recordsAtOnce, (view) => withMistakes(deps.settings, view));
}

/** Says why launches do not begin, where the settings are it. */
async function withMistakes(settings: Pick<SettingsStore, 'read'>, view: ListedGroup): Promise<ListedGroup> {
  if (!view.instances.some(({ stage }) => stage === 'waiting')) return view;
  const mistakes = await settingsMistakes(settings, view.group);
  return mistakes === undefined ? view : { ...view, problem: `no launch begins: ${mistakes}` };
}

/** A hold stays on record while its launch runs again, until that has ended. */
function withoutRetried(records: GroupRecords, running: Running): GroupRecords {
  const holds = records.holds.filter(({ instanceId, execution }) => running.get(instanceId)?.arn !== execution);
  return { ...records, holds };
}

async function describeAll(autoScaling: ListDeps['autoScaling'], names: readonly string[]) {
  const found = new Map<string, AutoScalingGroup>();
  for (const AutoScalingGroupNames of chunks([...names], groupsACall)) {
    let NextToken: string | undefined;
    do {
      const page = await autoScaling.describeAutoScalingGroups({
        AutoScalingGroupNames,
        MaxRecords: groupsACall,
        ...(NextToken !== undefined && { NextToken }),
      });
      for (const one of page.AutoScalingGroups ?? []) found.set(one.AutoScalingGroupName ?? '', one);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return found;
}

function viewOf(group: string, described: AutoScalingGroup | undefined, records: GroupRecords): ListedGroup {
  const states = new Map(
    (described?.Instances ?? []).map(({ InstanceId = '', LifecycleState }) => [InstanceId, LifecycleState]),
  );
  const { breaker } = records;
  return {
    group,
    ...(described === undefined
      ? { problem: 'Auto Scaling has no group of that name in this region' }
      : { desired: described.DesiredCapacity ?? 0, min: described.MinSize ?? 0, max: described.MaxSize ?? 0 }),
    ...(breaker?.openedAt !== undefined && { breaker: { openedAt: breaker.openedAt, failed: breaker.failed.length } }),
    instances: rowsOf(records, states),
  };
}

function rowsOf(
  { members, holds, reserves }: GroupRecords,
  states: ReadonlyMap<string, string | undefined>,
): InstanceRow[] {
  const holdOf = new Map(holds.map((hold) => [hold.instanceId, hold]));
  const known = new Set<string>();
  const once = (instanceId: string) => !known.has(instanceId) && known.add(instanceId);
  const withState = (row: InstanceRow): InstanceRow => {
    const lifecycleState = states.get(row.instanceId);
    return lifecycleState === undefined ? row : { ...row, lifecycleState };
  };
  return [
    ...members
      .filter(({ instanceId }) => once(instanceId))
      .map((member) => ofMember(member, holdOf.get(member.instanceId))),
    ...holds.filter(({ instanceId }) => once(instanceId)).map(ofHold),
    ...reserves
      .filter(({ instanceId }) => once(instanceId))
      .map((one) => ({ instanceId: one.instanceId, ...progressOfReserve(one), execution: one.execution })),
    ...[...states].filter(([instanceId]) => once(instanceId)).map(([instanceId, state]) => outside(instanceId, state)),
  ].map(withState);
}

function ofMember(member: Member, hold: Hold | undefined): InstanceRow {
  const { instanceId, name, index, claimedAt, execution } = member;
  const progress = progressOf(member, hold);
  const until = progress.stage === 'held' ? hold?.endsAt : undefined;
  return { instanceId, name, index, ...progress, since: claimedAt, execution, ...(until !== undefined && { until }) };
}

/** Of a launch that failed before it had a number. */
function ofHold(hold: Hold): InstanceRow {
  const { instanceId, name, execution, endsAt } = hold;
  return {
    instanceId,
    ...(name !== undefined && { name }),
    ...held(hold),
    execution,
    ...(endsAt !== undefined && { until: endsAt }),
  };
}

function outside(instanceId: string, state: string | undefined): InstanceRow {
  return isInLaunchHook(state)
    ? { instanceId, stage: 'waiting', what: 'waits for its launch to begin' }
    : { instanceId, stage: 'outside', what: 'not under Muster: it has no number' };
}
