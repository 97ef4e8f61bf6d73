import type { Random } from '../../shared/random';
import { StepError } from '../contracts/errors';
import type { Launch } from '../contracts/launch';
import type { GroupSettings } from '../contracts/settings';
import { claimInput, type ClaimInput, type StepOutput } from '../contracts/step';
import { chooseIndex } from '../domain/choose-index';
import { isLeaving } from '../domain/lifecycle';
import { fqdnOf, nameOf } from '../domain/names';
import { readLifecycleState } from '../lifecycle-state';
import type { AutoScaling } from '../ports/auto-scaling';
import type { BuildRecord, Ledger, Member } from '../ports/ledger';
import type { Settings } from '../ports/settings';
import { makeStep, type StepDeps } from '../step';

export interface ClaimIndexOutput extends StepOutput {
  readonly action: 'claimed' | 'held-already' | 'passed';
  /** `null` for an instance that enters a warm pool. */
  readonly index: number | null;
  readonly name: string | null;
  /** `null` for a group without DNS, too. */
  readonly fqdn: string | null;
}

interface Deps extends StepDeps {
  settings: Settings;
  autoScaling: AutoScaling;
  ledger: Ledger;
  random: Random;
}

// More than this in one invocation would keep a Lambda waiting on contention; the state machine waits better.
const maxConflicts = 8;

/** Ensures that the instance holds one index of its group in the ledger. */
export const makeHandler = (deps: Deps) =>
  makeStep('claim-index', deps, claimInput, async (input): Promise<ClaimIndexOutput> => {
    const { launch, run } = input;
    const settings = await deps.settings.read(launch.group);
    if (launch.destination === 'WarmPool') return prepare(deps, input);
    const held = await deps.ledger.member(launch.group, launch.instanceId);
    if (held?.phase === 'releasing') {
      throw new StepError('IndexContended', `${launch.instanceId} is still giving up ${held.name}`);
    }
    if (held !== undefined) {
      if (held.execution !== run.execution)
        await deps.ledger.update(held, { execution: run.execution, phase: 'launching' });
      return output('held-already', held);
    }
    await requireOnItsWay(deps.autoScaling, launch);
    const capacity = await capacityOf(deps.autoScaling, launch.group);
    return claim(deps, settings, capacity, input);
  });

/** An instance that enters a warm pool gets a record of what it goes through, and no index. */
async function prepare({ autoScaling, ledger }: Deps, { launch, run }: ClaimInput): Promise<ClaimIndexOutput> {
  const { group, instanceId } = launch;
  await requireOnItsWay(autoScaling, launch);
  const reserve = await ledger.reserve(group, instanceId);
  if (reserve?.execution !== run.execution) {
    const kept = launch.startedBy === 'retry' ? (reserve?.builds ?? {}) : {};
    const fresh = { group, instanceId, execution: run.execution, phase: 'warming', builds: kept } as const;
    await ledger.saveReserve({ ...fresh, revision: (reserve?.revision ?? 0) + 1 });
  }
  const reason = `${instanceId} enters the warm pool of ${group}: it gets its number when it leaves the pool`;
  return { action: 'passed', reason, index: null, name: null, fqdn: null };
}

/** @throws StepError `InstanceGone` for an instance that has left its group, is leaving, or goes elsewhere by now. */
async function requireOnItsWay(autoScaling: AutoScaling, launch: Launch): Promise<void> {
  const { group, instanceId, destination } = launch;
  const state = await readLifecycleState(autoScaling, launch);
  if (state === undefined) throw new StepError('InstanceGone', `${instanceId} is not in ${group}`);
  if (isLeaving(state)) throw new StepError('InstanceGone', `${instanceId} is leaving ${group} (${state})`);
  // A step that comes late: the instance has been taken out of the pool, or given back to it, since.
  if (state.startsWith('Warmed:') !== (destination === 'WarmPool')) {
    throw new StepError('InstanceGone', `${instanceId} is not on its way to ${destination} any more (${state})`);
  }
}

/** How many instances the group wants. */
async function capacityOf(autoScaling: AutoScaling, group: string): Promise<number> {
  const { AutoScalingGroups } = await autoScaling.describeAutoScalingGroups({ AutoScalingGroupNames: [group] });
  return AutoScalingGroups?.[0]?.DesiredCapacity ?? 1;
}

async function claim(
  deps: Deps,
  settings: GroupSettings,
  capacity: number,
  { launch, run }: ClaimInput,
): Promise<ClaimIndexOutput> {
  const { group, instanceId } = launch;
  const builds = await buildsOfPool(deps.ledger, launch);
  for (let conflicts = 0; conflicts < maxConflicts; conflicts += 1) {
    const held = await deps.ledger.heldIndexes(group);
    const index = chooseIndex({ held, start: settings.names.start, capacity, conflicts, random: deps.random });
    const fqdn = fqdnOf(settings, index);
    const result = await deps.ledger.claim({
      group,
      instanceId,
      index,
      name: nameOf(settings, index),
      ...(fqdn === undefined ? {} : { fqdn }),
      execution: run.execution,
      at: deps.clock.now().toISOString(),
      ...(builds === undefined ? {} : { builds }),
    });
    if (result === 'claimed' || result === 'already-member') {
      const member = await deps.ledger.member(group, instanceId);
      if (member !== undefined) return output(result === 'claimed' ? 'claimed' : 'held-already', member);
    }
  }
  throw new StepError('IndexContended', `other launches of ${group} took the free index ${maxConflicts} times`);
}

/** What an instance has been through in the warm pool, and need not go through again. */
async function buildsOfPool(
  ledger: Ledger,
  { group, instanceId, origin }: Launch,
): Promise<Readonly<Record<string, BuildRecord>> | undefined> {
  if (origin !== 'WarmPool') return undefined;
  return (await ledger.reserve(group, instanceId))?.builds;
}

function output(action: ClaimIndexOutput['action'], member: Member): ClaimIndexOutput {
  const { index, name, fqdn, instanceId } = member;
  const reason = action === 'claimed' ? `${instanceId} is ${name}` : `${instanceId} is ${name} already`;
  return { action, reason, index, name, fqdn: fqdn ?? null };
}
