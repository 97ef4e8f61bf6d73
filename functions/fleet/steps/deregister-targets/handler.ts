import { cannotHaveTarget, messageOf } from '../../../shared/aws-errors';
import { StepError } from '../../contracts/errors';
import type { Release, StepOutput } from '../../contracts/inputs';
import { heirAmong, laterWith, targetGroupName, recordedTargets, type RecordedTarget } from '../../domain/targets';
import { decideTakeOver, isOfLaterLaunch } from '../../domain/release';
import { findBearer, readLifecycleState } from '../../resources/instance';
import type { AutoScaling, Ec2, ElasticLoadBalancing } from '../../ports/aws';
import { type Ledger, type Member, type MemberChanges } from '../../ledger/port';
import { makeReleaseStep, type StepDeps } from '../step';
import { LedgerError } from '../../ledger/records';

interface Deps extends StepDeps {
  autoScaling: AutoScaling;
  ec2: Ec2;
  elasticLoadBalancing: ElasticLoadBalancing;
  ledger: Ledger;
}

/**
 * Ensures that no load balancer sends new requests to the instance.
 *
 * On scale-in the group has done so already. For a launch that is abandoned nothing else does it: the group takes out
 * only what it has put in.
 */
export const makeHandler = (deps: Deps) =>
  makeReleaseStep('deregister-targets', deps, async (member, release): Promise<StepOutput> => {
    const { reason } = release;
    if (member === undefined) return { action: 'passed', reason: 'the instance holds no index' };
    if (isOfLaterLaunch(member, release)) {
      return { action: 'passed', reason: `${member.name} has another launch by now: ${member.execution}` };
    }
    if (reason === 'root-volume' && member.phase === 'launching') {
      return { action: 'passed', reason: `${member.name} has its new root volume already` };
    }
    const leave = reason === 'root-volume' ? undefined : await takeOver(deps, member, release);
    if (leave !== undefined) return leave;
    // From here on no step of its launch changes anything, however late it runs.
    const phase = reason === 'root-volume' ? 'replacing' : 'releasing';
    await mark(deps.ledger, member, { phase, registered: [], endingSince: null });
    const targets = recordedTargets(member);
    const members = targets.some(({ id }) => id !== member.instanceId) ? await deps.ledger.members(member.group) : [];
    const reasons: string[] = [];
    for (const target of targets) reasons.push(await takeOut(deps, target, member, members));
    return targets.length === 0
      ? { action: 'passed', reason: `${member.name} was in no target group` }
      : { action: 'deregistered', reason: `${member.name} is taken out of ${reasons.join(', ')}` };
  });

/** What to say of it. */
async function takeOut(
  deps: Deps,
  target: RecordedTarget,
  member: Member,
  members: readonly Member[],
): Promise<string> {
  const name = targetGroupName(target.targetGroup);
  const heir = target.id === member.instanceId ? undefined : await findHeir(deps, target, member, members);
  if (heir !== undefined) return `${name} (${target.id} is ${heir} by now)`;
  const refusal = await deregister(deps.elasticLoadBalancing, target);
  return refusal === undefined ? name : `${name} (which cannot have it: ${refusal})`;
}

/** The live instance of the group that has the target by now. A restored ledger may not know it, so EC2 is asked too. */
async function findHeir(
  { autoScaling, ec2 }: Deps,
  target: RecordedTarget,
  member: Member,
  members: readonly Member[],
): Promise<string | undefined> {
  const { group } = member;
  const later = laterWith(target, member, members);
  if (later !== undefined) return later.name;
  const bearer = await findBearer(ec2, group, target.id);
  if (bearer === undefined || bearer.instanceId === member.instanceId) return undefined;
  const state = await readLifecycleState(autoScaling, { group, instanceId: bearer.instanceId });
  return heirAmong(target, members, { ...bearer, state });
}

/** @returns what to say if there is nothing to take back. @throws StepError `LaunchEnding`. */
async function takeOver(deps: Deps, member: Member, release: Release): Promise<StepOutput | undefined> {
  const { reason } = release;
  const mayBeThrough = reason === 'abandoned' && member.phase !== 'releasing';
  const state = mayBeThrough ? await readLifecycleState(deps.autoScaling, release) : undefined;
  const now = deps.clock.now();
  const decision = decideTakeOver(member, reason, { now, state });
  switch (decision.action) {
    case 'take':
      return undefined;
    case 'end-launch':
      await mark(deps.ledger, member, { endingSince: now.toISOString() });
      throw new StepError('LaunchEnding', decision.reason);
    case 'wait':
      throw new StepError('LaunchEnding', decision.reason);
    case 'leave':
      if (member.endingSince !== undefined) await mark(deps.ledger, member, { endingSince: null });
      return { action: 'passed', reason: decision.reason };
  }
}

/** @throws StepError `Throttled`: a launch has taken it over, or another release freed it, since we looked. */
async function mark(ledger: Ledger, member: Member, changes: MemberChanges): Promise<void> {
  try {
    await ledger.update(member, changes, member.execution);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw new StepError('Throttled', `${member.name} has changed since it was read`, { cause: error });
  }
}

/** @returns ELB's words if it is no target and cannot be one: the group is gone, or the id is not of its kind. */
async function deregister(elb: ElasticLoadBalancing, { targetGroup, id }: RecordedTarget): Promise<string | undefined> {
  try {
    await elb.deregisterTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: id }] });
    return undefined;
  } catch (error) {
    if (cannotHaveTarget(error)) return messageOf(error);
    throw error;
  }
}
