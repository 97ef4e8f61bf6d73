import * as z from '../../../shared/schema';
import { answered, groupTag, groupFilter, readLifecycleState } from '../../resources/instance';
import { StepError } from '../../contracts/errors';
import type { Launch } from '../../contracts/inputs';
import { isCrowd } from '../../crowd/size';
import { ageOf, sharedReadMs, takeTurn, type TurnDeps } from '../../crowd/turns';
import { isInLaunchHook, isInService, isLeaving, isOfWarmPool, isOnItsWayIntoService } from '../../domain/lifecycle';
import { type Identity, indexTag, otherDeployment } from '../../domain/identity';
import type { AutoScaling, Ec2 } from '../../ports/aws';
import type { Ledger } from '../../ledger/port';
import { noGroup, nextRevision, keepObservation } from '../../ledger/records';
import type { Instance } from '@aws-sdk/client-ec2';
import type { Instance as GroupInstance } from '@aws-sdk/client-auto-scaling';
import { largestIndex } from '../../contracts/settings';
import { rememberingLast, recordIn } from '../../../shared/schema';

type Deps = TurnDeps & { autoScaling: AutoScaling; ec2: Ec2; ledger: Ledger; identity: Identity };

const markSchema = z.object({
  instanceId: z.string(),
  index: z.number(),
  /** Whether this deployment wrote it, or an early version that signed nothing. */
  ours: z.boolean(),
});

/** A number that an instance has by its tag and does not hold in the ledger. */
export type TaggedIndex = Readonly<z.output<typeof markSchema>>;

const newcomersSchema = z.object({
  /** The instances on their way into service; with or without a number, and not always the one that asks. */
  comers: z.array(z.string()),
  /**
   * How many of them ask for a number, or will; those come first. An earlier version stored none: then it may be all.
   */
  seekers: z.exactOptional(z.number()),
  /** The numbers that its instances bear without the ledger's knowledge. An earlier version stored none. */
  marks: z._default(z.array(markSchema), []),
});

/** What a claim needs to know about its group. */
export type Newcomers = Readonly<z.output<typeof newcomersSchema>>;

const newcomersIn = rememberingLast((text): Newcomers | undefined => recordIn(newcomersSchema, text));

/** The newcomers that a launch hook holds, or will hold: each asks for a number, unless it has one already. */
export function seekersOf({ comers, seekers }: Newcomers): readonly string[] {
  return seekers === undefined ? comers : comers.slice(0, seekers);
}

const key = 'comers';
// For this long after a crowd was seen, launches read by turns.
const crowdMs = 60_000;

/**
 * Makes sure that the instance is on its way into its group's service, and sees who else is. Of a crowd, one looks for
 * all: Auto Scaling has one small limit for everything, and the reconciler's heartbeats come out of it too.
 *
 * @throws StepError `InstanceGone`, or `TurnAwaited` while another launch looks.
 */
export async function seeNewcomers(deps: Deps, launch: Launch): Promise<Newcomers> {
  const { group, instanceId } = launch;
  const now = deps.clock.now();
  const seen = await deps.ledger.observation(group, key);
  const ageMs = seen === undefined ? Infinity : ageOf(seen, now);
  // An instance that begins to leave since then is noticed by its release, as if it had left just after the look.
  if (seen !== undefined && ageMs <= sharedReadMs) {
    const view = newcomersIn(seen.value);
    if (view?.comers.includes(instanceId)) return view;
  }
  if (ageMs <= crowdMs && !(await takeTurn(deps, { group, what: key }))) {
    throw new StepError('TurnAwaited', `another launch is counting the instances on their way into ${group}`);
  }
  const view = await look(deps, launch);
  if (isCrowd(view.comers.length)) {
    await keepObservation(deps.ledger, {
      group,
      key,
      revision: nextRevision(seen),
      at: now.toISOString(),
      value: JSON.stringify(view),
    });
  }
  return view;
}

async function look(deps: Deps, launch: Launch): Promise<Newcomers> {
  const { autoScaling } = deps;
  const { AutoScalingGroups } = await autoScaling.describeAutoScalingGroups({ AutoScalingGroupNames: [launch.group] });
  const groups = answered(AutoScalingGroups, `the group ${launch.group}`);
  const shown = groups.find(({ AutoScalingGroupName }) => AutoScalingGroupName === launch.group);
  const { Instances = [] } = shown ?? {};
  const listed = Instances.find(({ InstanceId }) => InstanceId === launch.instanceId)?.LifecycleState;
  // Those of a warm pool are not listed, nor is one that the group is only about to show.
  requireOnItsWay(launch, listed ?? (await readLifecycleState(autoScaling, launch)));
  answered(shown, `the group ${launch.group}, whose instance ${launch.instanceId} is`);
  const newcomers = Instances.filter(({ LifecycleState }) => isOnItsWayIntoService(LifecycleState));
  const live = await liveInstances(deps.ec2, launch.group);
  const [seekers, others] = apart(launch, newcomers, live);
  const comers = [...seekers, ...others].map(({ InstanceId = '' }) => InstanceId);
  return { comers, seekers: seekers.length, marks: await seeMarks(deps, launch.group, { listed: Instances, live }) };
}

/**
 * Whom a launch hook holds, or will; and whom none will: one that comes back from Standby, or is attached, is on its way
 * into service too. EC2 tells them apart: no hook holds an instance before it runs, and those have run for long.
 */
function apart({ instanceId }: Launch, newcomers: readonly GroupInstance[], live: readonly Instance[]) {
  const booting = new Set(
    live.filter(({ State }) => State?.Name !== 'running').map(({ InstanceId = '' }) => InstanceId),
  );
  // One that leaves the warm pool is stopped before it starts.
  const seeks = ({ InstanceId = '', LifecycleState }: GroupInstance) =>
    isInLaunchHook(LifecycleState) || InstanceId === instanceId || booting.has(InstanceId);
  return [newcomers.filter(seeks), newcomers.filter((one) => !seeks(one))] as const;
}

/** @throws StepError `InstanceGone` for an instance that has left its group, is leaving, or goes elsewhere by now. */
export function requireOnItsWay({ group, instanceId, destination }: Launch, state: string | undefined): void {
  if (state === undefined) throw new StepError('InstanceGone', `${instanceId} is not in ${group}`);
  if (isLeaving(state)) throw new StepError('InstanceGone', `${instanceId} is leaving ${group} (${state})`);
  // A step that comes late: the instance has been taken out of the pool, or given back to it, since.
  if (isOfWarmPool(state) !== (destination === 'WarmPool')) {
    throw new StepError('InstanceGone', `${instanceId} is not on its way to ${destination} any more (${state})`);
  }
}

const keyOfAll = 'comers of all groups';
// As long as launches that begin together call AWS: apart from builds, until DNS and targets are done.
const countedMs = 150_000;
// While a crowd comes, its group is counted again this often at most: else a thousand would write into one item.
const renewedMs = 15_000;
const tries = 6;

const schema = z.record(z.string(), z.object({ count: z.number(), at: z.number() }));
type Counts = z.output<typeof schema>;

/**
 * How many instances of all groups of the deployment are on their way into service: AWS's limits are the account's, and
 * four groups of 25 weigh as much as one of a hundred. Each launch adds what it saw of its own group to what the others
 * left on record in the last minutes.
 *
 * It saves calls and decides nothing: without the others' counts, or where they cannot be read, it is the group's own.
 *
 * @param own how many of `group`.
 */
export async function countNewcomers(deps: TurnDeps, group: string, own: number): Promise<number> {
  let total = own;
  for (let tried = 0; tried < tries; tried += 1) {
    const now = deps.clock.now().getTime();
    const record = await deps.ledger.observation(noGroup, keyOfAll);
    // A record that another version wrote counts as none.
    const counts = valid(recordIn(schema, record?.value ?? '{}') ?? {}, now);
    const known = counts[group];
    const count = Math.max(own, known?.count ?? 0);
    total = sum({ ...counts, [group]: { count, at: now } });
    if (known !== undefined && known.count >= own && now - known.at < renewedMs) return total;
    const value = JSON.stringify({ ...counts, [group]: { count: own, at: now } } satisfies Counts);
    const at = new Date(now).toISOString();
    if (
      await keepObservation(deps.ledger, { group: noGroup, key: keyOfAll, revision: nextRevision(record), at, value })
    )
      return total;
  }
  return total;
}

function valid(counts: Counts, now: number): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, { at }]) => now - at < countedMs));
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, { count }) => total + count, 0);
}

interface MarkDeps {
  ledger: Ledger;
  identity: Identity;
}

// Live ones: what a stopped instance of a warm pool has is of its last stay, and the group does not list it.
const states = ['pending', 'running', 'stopping', 'stopped'];
const pageSize = 1_000;
// More instances than a group can have without a raised quota. What is beyond is not seen; the ledger still decides.
const maxPages = 5;

/**
 * The numbers that instances of the group bear by their tags although the ledger does not know of them: it was
 * restored, lost or made again. They only take numbers away from a choice. What the ledger says comes first.
 *
 * @param listed the instances that Auto Scaling shows in the group; those of the warm pool are not among them.
 * @param live the instances that EC2 shows, with their tags.
 */
export async function seeMarks(
  deps: MarkDeps,
  group: string,
  { listed, live }: { readonly listed: readonly GroupInstance[]; readonly live: readonly Instance[] },
): Promise<TaggedIndex[]> {
  const stateOf = new Map(listed.map(({ InstanceId = '', LifecycleState }) => [InstanceId, LifecycleState]));
  const marked = live
    .flatMap((one) => markOf(one, group, deps.identity))
    .filter(({ instanceId }) => stateOf.has(instanceId));
  if (marked.length === 0) return [];
  const members = new Set((await deps.ledger.slots(group)).map(({ instanceId }) => instanceId));
  const unknown = marked.filter(({ instanceId }) => !members.has(instanceId));
  const marks: TaggedIndex[] = [];
  for (const mark of unknown) {
    if (isInService(stateOf.get(mark.instanceId)) || !(await isStale(deps.ledger, group, mark))) marks.push(mark);
  }
  return marks;
}

/** Tags stay on an instance when it gives its number up: on its way into or out of the pool, or to its end. */
async function isStale(ledger: Ledger, group: string, { index, instanceId }: TaggedIndex): Promise<boolean> {
  const history = await ledger.history(group, { index });
  return history.find((entry) => entry.instanceId === instanceId)?.event === 'freed';
}

/** What EC2 shows of a group, its warm pool too: without the ended ones. */
export async function liveInstances(ec2: Ec2, group: string): Promise<Instance[]> {
  const instances: Instance[] = [];
  let token: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const { Reservations, NextToken } = await ec2.describeInstances({
      Filters: [groupFilter(group), { Name: 'instance-state-name', Values: states }],
      MaxResults: pageSize,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const shown = answered(Reservations, `the instances of ${group}`);
    instances.push(...shown.flatMap(({ Instances = [] }) => Instances));
    token = NextToken;
    if (token === undefined) break;
  }
  return instances;
}

function markOf({ InstanceId = '', Tags = [] }: Instance, group: string, identity: Identity): TaggedIndex[] {
  const tags = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  const text = tags[indexTag] ?? '';
  const index = Number(text);
  // Anything may be written there by hand.
  if (tags[groupTag] !== group || !/^\d{1,6}$/.test(text) || index > largestIndex) return [];
  return [{ instanceId: InstanceId, index, ours: otherDeployment(tags, identity) === undefined }];
}
