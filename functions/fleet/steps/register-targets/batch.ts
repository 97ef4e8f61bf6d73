import { isInvalidTarget, isTargetRefusedByType, messageOf } from '../../../shared/aws-errors';
import { forEachLimited } from '../../../shared/limit';
import { union } from '../../../shared/union';
import { addressIn, type Family } from '../../domain/addresses';
import { isSameId, othersWith, targetEntry } from '../../domain/targets';
import type { ElasticLoadBalancing } from '../../ports/elastic-load-balancing';
import type { Ledger, Member } from '../../ledger/port';

interface Deps {
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  readonly ledger: Ledger;
}

/** A member, and what it is registered by. */
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
export async function registerTogether(
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
  const registered = await register(deps.elasticLoadBalancing, targetGroup, entries, family);
  const others = registered.filter(({ member }) => member !== leader);
  await forEachLimited(others, notesAtOnce, ({ member }) =>
    // Who cannot be told must not keep the others from being told: its own step, or its release, finds out.
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
    // One that cannot be told, because it is released by now, is not registered.
    const told = isOnRecord || (await ledger.update(member, { targets }).then(toTrue, toFalse));
    if (told) entries.push({ member, id });
  });
  return entries;
}

const toTrue = () => true;
const toFalse = () => false;

/** @returns those who are registered. */
async function register(
  elb: ElasticLoadBalancing,
  targetGroup: string,
  entries: readonly Entry[],
  family: Family | undefined,
): Promise<readonly Entry[]> {
  if (entries.length === 0) return [];
  const unfit = await refusedOf(elb, targetGroup, entries, family);
  if (unfit === undefined) return entries;
  const fit = entries.filter(({ id }) => !unfit.has(id));
  // Nobody is named, or nobody is left; or not even the others are taken: each for itself, then.
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
