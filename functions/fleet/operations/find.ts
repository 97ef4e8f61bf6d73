import { forEachLimited } from '../../shared/lists';
import { quotedIfOdd } from '../../shared/notify/message-text';
import { readLaunchExecution } from '../executions/read-launch-execution';
import type { AutoScaling, SettingsStore, StepFunctions } from '../ports/aws';
import type { Ledger } from '../ledger/port';
import { OperationRefused } from './operation-refused';
import type { InstanceReference } from './subject';

export interface FindDeps {
  ledger: Pick<Ledger, 'records'>;
  settings: Pick<SettingsStore, 'list'>;
  autoScaling: Pick<AutoScaling, 'describeAutoScalingInstances'>;
  stepFunctions: Pick<StepFunctions, 'describeExecution'>;
}

interface Candidate extends InstanceReference {
  readonly names: readonly string[];
}

export interface FoundInstance extends InstanceReference {
  /** Absent: as it is shown. */
  readonly called?: string;
}

const groupsAtOnce = 10;

/**
 * The instance that a person means: by its name (`web-03`), its group and name (`web/web-03`), its DNS name, its id, or
 * the name or ARN of one of its executions.
 *
 * @returns its group and its id, and what a command finds it by alone: its name, unless another instance has that too.
 * @throws OperationRefused when nothing matches, or two things do; the message says what there is.
 */
export async function find(deps: FindDeps, text: string): Promise<FoundInstance> {
  const wanted = text.trim();
  if (wanted === '') throw new OperationRefused('an empty name: give a name such as web-03, or an instance id');
  if (wanted.startsWith('arn:')) return ofExecution(deps, wanted);
  const groups = await deps.settings.list();
  const known = await candidates(deps, groups);
  const named = known.filter(({ names }) => names.includes(wanted));
  const id = /(?:^|_)(i-[0-9a-f]{8,17})(?:_|$)/.exec(wanted)?.[1];
  const found = named.length === 0 && id !== undefined ? known.filter(({ instance }) => instance === id) : named;
  const [one, another] = found;
  if (one !== undefined && another === undefined)
    return { group: one.group, instance: one.instance, called: calledAlone(one, known) };
  if (one !== undefined) throw new OperationRefused(`${wanted} is two instances or more: say ${choices(found)}`);
  if (id !== undefined) return managed(groups, await ofInstance(deps, id));
  if (groups.includes(wanted))
    throw new OperationRefused(`${wanted} is a group: muster ls ${quotedIfOdd(wanted)} shows its instances`);
  throw new OperationRefused(`no instance is called '${wanted}'${nearest(wanted, known)}`);
}

async function candidates({ ledger }: FindDeps, groups: readonly string[]): Promise<Candidate[]> {
  const records = await forEachLimited(groups, groupsAtOnce, async (group) => ({
    group,
    ...(await ledger.records(group)),
  }));
  return records.flatMap(({ group, members, holds, reserves }) => {
    const all = new Map<string, Set<string>>();
    const add = (instanceId: string, ...names: (string | undefined)[]) => {
      const of = all.get(instanceId) ?? new Set([instanceId]);
      for (const name of names) if (name !== undefined) of.add(name).add(`${group}/${name}`);
      all.set(instanceId, of);
    };
    for (const { instanceId, name, fqdn } of members) add(instanceId, name, fqdn);
    for (const { instanceId, name } of holds) add(instanceId, name);
    for (const { instanceId } of reserves) add(instanceId);
    return [...all].map(([instance, names]) => ({ group, instance, names: [...names, `${group}/${instance}`] }));
  });
}

async function ofExecution(deps: FindDeps, arn: string): Promise<InstanceReference> {
  const execution = await readLaunchExecution(deps.stepFunctions, arn);
  if (execution === undefined)
    throw new OperationRefused(`Step Functions has no execution ${arn}: it forgets one 90 days after its end`);
  if (execution.input === undefined) throw new OperationRefused(`${arn} is no launch of an instance`);
  const { group, instanceId } = execution.input;
  return managed(await deps.settings.list(), { group, instance: instanceId });
}

/** One that the ledger knows nothing of: Auto Scaling may. */
async function ofInstance({ autoScaling }: FindDeps, instanceId: string): Promise<InstanceReference> {
  const { AutoScalingInstances = [] } = await autoScaling.describeAutoScalingInstances({ InstanceIds: [instanceId] });
  const group = AutoScalingInstances.find(({ InstanceId }) => InstanceId === instanceId)?.AutoScalingGroupName;
  if (group === undefined)
    throw new OperationRefused(`${instanceId} is in no Auto Scaling group of this region, and holds nothing`);
  return { group, instance: instanceId };
}

/** @throws OperationRefused for an instance of a group that was taken out of the settings, or never stood there. */
function managed(groups: readonly string[], who: InstanceReference): InstanceReference {
  if (groups.includes(who.group)) return who;
  throw new OperationRefused(
    `${who.instance} is of group '${who.group}', which is not (or no longer) managed; managed groups are ${groups.join(', ') || 'none'}`,
  );
}

function calledAlone({ group, instance, names }: Candidate, known: readonly Candidate[]): string {
  const isAlone = (name: string) => known.filter((other) => other.names.includes(name)).length === 1;
  return names.filter((name) => name !== instance).find(isAlone) ?? `${group}/${instance}`;
}

function choices(found: readonly Candidate[]): string {
  return found.map(({ group, instance }) => `${group}/${instance}`).join(' or ');
}

function nearest(wanted: string, known: readonly Candidate[]): string {
  const names = known.flatMap(({ names: all }) => all.filter((name) => !/[/.]/.test(name) && !name.startsWith('i-')));
  const [best] = names
    .map((name) => ({ name, distance: distance(wanted, name) }))
    .filter((one) => one.distance <= Math.max(1, Math.floor(wanted.length / 3)))
    .sort((left, right) => left.distance - right.distance);
  if (best !== undefined) return `: did you mean ${best.name}?`;
  return known.length === 0 ? ': no group has one with a number' : ': muster ls shows all there are';
}

/** How many letters have to be changed, added or left out to make one of the other (Levenshtein). */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, change));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
