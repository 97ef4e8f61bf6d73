import { isInvalidTarget, isTargetNotRunning, isTargetRefusedByType, messageOf } from '../../../shared/aws-errors';
import { StepError } from '../../contracts/errors';
import type { StepInput } from '../../contracts/inputs';
import { isDoneTogether } from '../../crowd/size';
import { takeTurn } from '../../crowd/turns';
import { type Family, addressIn, decideTargetKind, type TargetGroupKind } from '../../domain/dns/addresses';
import { targetGroupName, isSameId, othersWith, targetEntry } from '../../domain/targets';
import type { Ledger, Member } from '../../ledger/port';
import type { Ec2, ElasticLoadBalancing, SettingsStore } from '../../ports/aws';
import type { StepDeps } from '../step';
import { ownAddress, TargetGroupKinds, targetRefusal } from './target';
import { forEachLimited, union } from '../../../shared/lists';

/** What a step needs that registers targets: this one, and `check-health` for what is missing later. */
export interface TargetDeps extends StepDeps {
  readonly settings: SettingsStore;
  readonly ec2: Ec2;
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  readonly ledger: Ledger;
}

/** What a registration needs besides its subject. */
export interface RegisterDeps extends TargetDeps {
  readonly kinds: TargetGroupKinds;
}

export function registerDepsOf(deps: TargetDeps): RegisterDeps {
  return { ...deps, kinds: new TargetGroupKinds(deps) };
}

/** One instance, and the target group in which it is to be registered. */
export interface Registration {
  readonly member: Member;
  readonly targetGroup: string;
  readonly input: StepInput;
}

/**
 * Most target groups take instances, so that is tried without looking. ELB refuses it with nothing done if the group is
 * of another type, and only then it is asked of which.
 */
export async function registerTarget(place: RegisterDeps, wanted: Registration): Promise<void> {
  const { kinds } = place;
  const { member, targetGroup } = wanted;
  try {
    const known = await kinds.known(member.group, targetGroup);
    if (known !== undefined) {
      await registerAs(known, place, wanted);
      return;
    }
    const isTaken = await isTakenAsInstance(place, wanted);
    if (isTaken) {
      kinds.takesInstances(targetGroup);
      return;
    }
    await registerAs(await kinds.look(member.group, targetGroup), place, wanted);
  } catch (error) {
    throw await targetRefusal(place, error, wanted);
  }
}

async function isTakenAsInstance(place: RegisterDeps, wanted: Registration) {
  try {
    await registerBy(place, wanted, undefined);
    return true;
  } catch (error) {
    // Also how it may refuse one of another type: ELB is asked, and its words stand if it is none.
    if (isTargetRefusedByType(error) || (isInvalidTarget(error) && !isTargetNotRunning(error))) return false;
    throw error;
  }
}

async function registerAs(kind: TargetGroupKind, place: RegisterDeps, wanted: Registration): Promise<void> {
  const decision = decideTargetKind(kind);
  switch (decision.by) {
    case 'instance':
      return registerBy(place, wanted, undefined);
    case 'address':
      return registerBy(place, wanted, decision.family);
    case 'nothing':
      throw new StepError('TargetGroupUnusable', `${targetGroupName(wanted.targetGroup)}: ${decision.reason}`);
  }
}

async function registerBy(
  place: RegisterDeps,
  { member, targetGroup, input }: Registration,
  family: Family | undefined,
): Promise<void> {
  if (isDoneTogether(input)) {
    if (!(await takeTurn(place, { group: member.group, what: `targets ${targetGroup}`, crowd: input.crowd }))) {
      const name = targetGroupName(targetGroup);
      throw new StepError('TurnAwaited', `the instances that are missing in ${name} are registered together`);
    }
    if (await registerTargetsTogether(place, member, targetGroup, family)) return;
  }
  const id = family === undefined ? member.instanceId : await ownAddress(place, member, { targetGroup, family }, input);
  // Registering a registered target changes nothing, so there is no need to read first.
  await place.elasticLoadBalancing.registerTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: id }] });
}

interface Deps {
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  readonly ledger: Ledger;
}

/** A member, and the id or address by which it is registered. */
interface Entry {
  readonly member: Member;
  readonly id: string;
}

const targetsAtOnce = 100;
const notesAtOnce = 20;

/**
 * Registers all launches of the group that wait for it with a target group, in one call, and notes it in each member.
 * Their intent is on record. ELB refuses the call as a whole because of one that is not running, for example; it says
 * which, and those are left to themselves.
 *
 * @param family of the addresses that the target group takes; `undefined`: it takes instances.
 * @returns whether the leader is registered.
 */
export async function registerTargetsTogether(
  deps: Deps,
  leader: Member,
  targetGroup: string,
  family?: Family,
): Promise<boolean> {
  const members = await deps.ledger.members(leader.group);
  const all = waiting(members, leader, targetGroup);
  const entries =
    family === undefined
      ? all.map((member) => ({ member, id: member.instanceId }))
      : await withAddresses(deps.ledger, all, { targetGroup, family, members });
  const registered = await registerAll(deps.elasticLoadBalancing, targetGroup, entries, family);
  const others = registered.filter(({ member }) => member !== leader);
  await forEachLimited(others, notesAtOnce, ({ member }) =>
    // A failed note must not stop the others: the member's own step, or its release, finds out.
    deps.ledger.update(member, { registered: union(member.registered, [targetGroup]) }).catch(() => undefined),
  );
  return registered.some(({ member }) => member === leader);
}

/** The leader first. */
function waiting(members: readonly Member[], leader: Member, targetGroup: string): readonly Member[] {
  const others = members.filter(
    ({ instanceId, phase, endingSince, targetGroups = [], registered = [] }) =>
      instanceId !== leader.instanceId &&
      phase === 'launching' &&
      endingSince === undefined &&
      targetGroups.includes(targetGroup) &&
      !registered.includes(targetGroup),
  );
  return [leader, ...others].slice(0, targetsAtOnce);
}

/**
 * Puts on record by which address each is about to be registered. One whose address is not known yet, or still on
 * record for an instance that had it before, is left to its own step. So are two that wait with the same address: one
 * of them has died, and its record would claim what is the other's by now.
 */
async function withAddresses(
  ledger: Ledger,
  all: readonly Member[],
  { targetGroup, family, members }: { targetGroup: string; family: Family; members: readonly Member[] },
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  const addresses = all.map(({ addresses }) => addressIn(addresses, family));
  await forEachLimited(all, notesAtOnce, async (member) => {
    const id = addressIn(member.addresses, family);
    if (id === undefined || addresses.filter((address) => isSameId(address, id)).length > 1) return;
    if (othersWith({ targetGroup, id }, member, members).length > 0) return;
    const targets = union(member.targets, [targetEntry({ targetGroup, id })]);
    const isOnRecord = targets.length === member.targets?.length;
    // A member that does not take the note, because it is released by now, is not registered.
    const told = isOnRecord || (await ledger.update(member, { targets }).then(toTrue, toFalse));
    if (told) entries.push({ member, id });
  });
  return entries;
}

const toTrue = () => true;
const toFalse = () => false;

/** @returns those who are registered. */
async function registerAll(
  elb: ElasticLoadBalancing,
  targetGroup: string,
  entries: readonly Entry[],
  family: Family | undefined,
): Promise<readonly Entry[]> {
  if (entries.length === 0) return [];
  const unfit = await refusedOf(elb, targetGroup, entries, family);
  if (unfit === undefined) return entries;
  const fit = entries.filter(({ id }) => !unfit.has(id));
  // ELB names no target, or none is left, or it refuses the others too: each is registered by its own step, then.
  if (fit.length === entries.length || fit.length === 0) return [];
  return (await refusedOf(elb, targetGroup, fit, family)) === undefined ? fit : [];
}

/** The words of ELB's refusal, with the ids because of which it refuses; `undefined` when it takes them. */
async function refusedOf(
  elb: ElasticLoadBalancing,
  TargetGroupArn: string,
  entries: readonly Entry[],
  family: Family | undefined,
): Promise<ReadonlySet<string> | undefined> {
  try {
    await elb.registerTargets({ TargetGroupArn, Targets: entries.map(({ id }) => ({ Id: id })) });
    return undefined;
  } catch (error) {
    // Instances that are refused so tell that the target group is of another type: the same for all of them.
    const isOfSome = isInvalidTarget(error) || (family !== undefined && isTargetRefusedByType(error));
    if (!isOfSome) throw error;
    return new Set(messageOf(error).split(/[\s'",[\]{}]+/));
  }
}
