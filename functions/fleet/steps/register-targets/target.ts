import type { Clock } from '../../../shared/runtime';
import { StepError } from '../../contracts/errors';
import { targetGroupName, othersWith, targetEntry, type RecordedTarget } from '../../domain/targets';
import type { ElasticLoadBalancing, Ec2 } from '../../ports/aws';
import { type Observations, nextRevision, keepObservation } from '../../ledger/records';
import {
  isInvalidTarget,
  isTargetRefusedByType,
  isTargetGroupFull,
  cannotHaveTarget,
  isTargetNotRunning,
  messageOf,
} from '../../../shared/aws-errors';
import { union } from '../../../shared/lists';
import { recordIn } from '../../../shared/schema';
import * as z from '../../../shared/schema';
import { type StepInput, elapsedSince } from '../../contracts/inputs';
import { addressIn, decideTargetAddress, type Family, type TargetGroupKind } from '../../domain/dns/addresses';
import { requireAddresses, shownAddresses } from '../../resources/addresses';
import { answered, readTargetHealth, requireInstance } from '../../resources/instance';
import type { Ledger, Member } from '../../ledger/port';

const kindSchema = z.object({ targetType: z.string(), ipAddressType: z.string() });

interface KindDeps {
  readonly clock: Clock;
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  readonly ledger: Observations;
}

/**
 * What the target groups take. That never changes, and a look costs one of the ten requests a second that ELB has for
 * the whole account: so what one launch has seen is kept in the ledger for its group, and here for the next call.
 */
export class TargetGroupKinds {
  readonly #deps: KindDeps;
  readonly #known = new Map<string, TargetGroupKind>();

  constructor(deps: KindDeps) {
    this.#deps = deps;
  }

  /** `undefined`: no launch has had to look yet, or what it left on record cannot be read. */
  async known(group: string, targetGroup: string): Promise<TargetGroupKind | undefined> {
    const known = this.#known.get(targetGroup);
    if (known !== undefined) return known;
    const seen = await this.#deps.ledger.observation(group, keyOf(targetGroup));
    const kind = seen && recordIn(kindSchema, seen.value);
    if (kind !== undefined) this.#known.set(targetGroup, kind);
    return kind;
  }

  /** Notes that the target group has accepted an instance by its id. */
  takesInstances(targetGroup: string): void {
    this.#known.set(targetGroup, { targetType: 'instance', ipAddressType: 'ipv4' });
  }

  /** As ELB says. @throws StepError `TargetGroupUnusable`: ELB does not show it. */
  async look(group: string, targetGroup: string): Promise<TargetGroupKind> {
    const { clock, elasticLoadBalancing, ledger } = this.#deps;
    const at = clock.now().toISOString();
    const { TargetGroups } = await elasticLoadBalancing.describeTargetGroups({ TargetGroupArns: [targetGroup] });
    const described = answered(TargetGroups, `the target group ${targetGroup}`);
    const shown = described.find(({ TargetGroupArn }) => TargetGroupArn === targetGroup);
    if (shown === undefined) {
      throw new StepError('TargetGroupUnusable', `${targetGroupName(targetGroup)}: ELB does not show ${targetGroup}`);
    }
    const kind = { targetType: shown.TargetType ?? 'instance', ipAddressType: shown.IpAddressType ?? 'ipv4' };
    this.#known.set(targetGroup, kind);
    const key = keyOf(targetGroup);
    const seen = await ledger.observation(group, key);
    await keepObservation(ledger, { group, key, revision: nextRevision(seen), at, value: JSON.stringify(kind) });
    return kind;
  }
}

function keyOf(targetGroup: string): string {
  return `kind ${targetGroup}`;
}

interface Deps {
  readonly clock: Clock;
  readonly ec2: Ec2;
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  readonly ledger: Ledger;
}

const releaseTakesMs = 10 * 60_000;

/**
 * The address that the instance is to be a target by, on record when this returns: its release takes out that one.
 *
 * @throws StepError `InstanceNotVisibleYet`, `TurnAwaited`, `TargetGroupUnusable`.
 */
export async function ownAddress(
  deps: Deps,
  member: Member,
  { targetGroup, family }: { readonly targetGroup: string; readonly family: Family },
  input: StepInput,
): Promise<string> {
  const waitedMs = elapsedSince(input.run, deps.clock.now());
  const id = addressIn(member.addresses, family) ?? (await lookUp(deps.ec2, member, { targetGroup, family, waitedMs }));
  const entry = targetEntry({ targetGroup, id });
  if (member.targets?.includes(entry)) return id;
  await requireLetGo(deps, member, { targetGroup, id }, input);
  await deps.ledger.update(member, { targets: union(member.targets, [entry]) });
  return id;
}

async function lookUp(
  ec2: Ec2,
  { instanceId }: Member,
  { targetGroup, family, waitedMs }: { targetGroup: string; family: Family; waitedMs: number },
): Promise<string> {
  const instance = await requireInstance(ec2, instanceId);
  const decision = decideTargetAddress(shownAddresses(instance), family);
  const asked = { about: targetGroupName(targetGroup), instance, waitedMs };
  const [address = ''] = requireAddresses(decision, { ...asked, unavailable: 'TargetGroupUnusable' });
  return address;
}

/**
 * An instance that had the address before may still be registered by it, and its release about to take it out. Until
 * then the target's health is that of the other one, and what is taken out would be ours. Once ours is on record, that
 * release leaves the target alone.
 */
async function requireLetGo(deps: Deps, member: Member, target: RecordedTarget, { run }: StepInput): Promise<void> {
  const [other] = othersWith(target, member, await deps.ledger.members(member.group));
  if (other === undefined || !(await isRegistered(deps.elasticLoadBalancing, target))) return;
  const name = targetGroupName(target.targetGroup);
  const what = `${target.id} is still registered in ${name} for ${other.name} (${other.instanceId}), which had it before`;
  if (elapsedSince(run, deps.clock.now()) < releaseTakesMs) throw new StepError('TurnAwaited', what);
  throw new StepError('TargetGroupUnusable', `${what}: see why its release has not taken it out`);
}

async function isRegistered(elb: ElasticLoadBalancing, target: RecordedTarget): Promise<boolean> {
  try {
    const health = await readTargetHealth(elb, target);
    if (health?.State === undefined || health.Reason === 'Target.NotRegistered') return false;
    return !health.State.endsWith('draining');
  } catch (error) {
    if (isInvalidTarget(error) || isTargetRefusedByType(error)) return false;
    throw error;
  }
}

// An instance that leaves a warm pool is started by its group, and may be shown as stopped for a moment yet.
const startsWithinMs = 3 * 60_000;

/** ELB gives the same error for an instance that is starting, stopped or terminated. */
async function notRunning({ ec2, clock }: Pick<Deps, 'ec2' | 'clock'>, error: unknown, wanted: RefusedTarget) {
  const { instanceId } = wanted.member;
  const state = (await requireInstance(ec2, instanceId)).State?.Name ?? 'not running';
  const isStopped = state === 'stopping' || state === 'stopped';
  if (isStopped && elapsedSince(wanted.input.run, clock.now()) >= startsWithinMs) {
    const todo = `start it (aws ec2 start-instances --instance-ids ${instanceId}), then retry`;
    const name = targetGroupName(wanted.targetGroup);
    const why = `${name} takes running instances only, and ${instanceId} is ${state}, which nothing ends by itself`;
    return new StepError('TargetUnusable', `${why}: ${todo}`, { cause: error });
  }
  return new StepError('InstanceNotRunningYet', `ELB takes running instances only (${state}): ${messageOf(error)}`, {
    cause: error,
  });
}

interface RefusedTarget {
  readonly member: Member;
  readonly targetGroup: string;
  readonly input: StepInput;
}

/** Gives a refusal of ELB its name in Muster. Other errors are returned unchanged. */
export async function targetRefusal(
  deps: Pick<Deps, 'ec2' | 'clock'>,
  error: unknown,
  wanted: RefusedTarget,
): Promise<unknown> {
  if (isTargetNotRunning(error)) return notRunning(deps, error, wanted);
  if (!cannotHaveTarget(error) && !isTargetGroupFull(error)) return error;
  const name = targetGroupName(wanted.targetGroup);
  const { instanceId } = wanted.member;
  return new StepError('TargetGroupUnusable', `${name} does not take ${instanceId}: ${messageOf(error)}`, {
    cause: error,
  });
}
