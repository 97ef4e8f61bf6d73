import type { Random } from '../../../shared/random';
import { StepError } from '../../contracts/errors';
import { type Launch, claimInput, type ClaimInput, type StepOutput } from '../../contracts/inputs';
import type { GroupSettings } from '../../contracts/settings';
import { isCrowd } from '../../crowd/size';
import { type Identity, fqdnOf, instanceName } from '../../domain/identity';
import { readLifecycleState } from '../../resources/instance';
import type { AutoScaling, Ec2, SettingsStore } from '../../ports/aws';
import type { BuildRecord, Ledger, Member } from '../../ledger/port';
import { makeStep, type StepDeps } from '../step';
import { countNewcomers, requireOnItsWay, seekersOf, seeNewcomers, type Newcomers } from './newcomers';
import { findIndex, takeOver } from './find-index';

export interface ClaimIndexOutput extends StepOutput {
  readonly action: 'claimed' | 'held-already' | 'passed';
  /** `null` for an instance that enters a warm pool. */
  readonly index: number | null;
  readonly name: string | null;
  /** `null` for a group without DNS, too. */
  readonly fqdn: string | null;
  /** How many instances are on their way into service, in all groups of the deployment; 0: not looked at. */
  readonly crowd: number;
}

interface Deps extends StepDeps {
  settings: SettingsStore;
  autoScaling: AutoScaling;
  ec2: Ec2;
  ledger: Ledger;
  identity: Identity;
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
    if (held !== undefined) {
      await takeOver(deps.ledger, held, run.execution);
      return output('held-already', held);
    }
    return claim(deps, settings, await seeNewcomers(deps, launch), input);
  });

/** An instance that enters a warm pool gets a record of what it goes through, and no index. */
async function prepare({ autoScaling, ledger }: Deps, { launch, run }: ClaimInput): Promise<ClaimIndexOutput> {
  const { group, instanceId } = launch;
  requireOnItsWay(launch, await readLifecycleState(autoScaling, launch));
  const reserve = await ledger.findReserve(group, instanceId);
  if (reserve?.execution !== run.execution) {
    const kept = launch.startedBy === 'retry' ? (reserve?.builds ?? {}) : {};
    const fresh = { group, instanceId, execution: run.execution, phase: 'warming', builds: kept } as const;
    await ledger.saveReserve({ ...fresh, revision: (reserve?.revision ?? 0) + 1 });
  }
  const reason = `${instanceId} enters the warm pool of ${group}: it gets its number when it leaves the pool`;
  return { action: 'passed', reason, index: null, name: null, fqdn: null, crowd: 0 };
}

async function claim(
  deps: Deps,
  settings: GroupSettings,
  newcomers: Newcomers,
  { launch, run }: ClaimInput,
): Promise<ClaimIndexOutput> {
  const { group, instanceId } = launch;
  const { comers, marks } = newcomers;
  const seekers = [...seekersOf(newcomers), instanceId];
  const crowd = await countNewcomers(deps, group, comers.length);
  const builds = await buildsOfPool(deps.ledger, launch);
  for (let conflicts = 0; conflicts < maxConflicts; conflicts += 1) {
    const alone = conflicts === 0 && !isCrowd(comers.length);
    const index = await findIndex(deps, settings, { instanceId, seekers, marks, alone });
    const fqdn = fqdnOf(settings, index);
    const result = await deps.ledger.claim({
      group,
      instanceId,
      index,
      name: instanceName(settings, index),
      ...(fqdn === undefined ? {} : { fqdn }),
      execution: run.execution,
      at: deps.clock.now().toISOString(),
      ...(builds === undefined ? {} : { builds }),
    });
    if (result === 'claimed' || result === 'already-member') {
      const member = await deps.ledger.member(group, instanceId);
      if (member === undefined) continue;
      await takeOver(deps.ledger, member, run.execution);
      return output(result === 'claimed' ? 'claimed' : 'held-already', member, crowd);
    }
  }
  throw new StepError('IndexContended', `other launches of ${group} took the free index ${maxConflicts} times`);
}

/** The builds that an instance passed in the warm pool; they are not repeated. */
async function buildsOfPool(
  ledger: Ledger,
  { group, instanceId, origin }: Launch,
): Promise<Readonly<Record<string, BuildRecord>> | undefined> {
  if (origin !== 'WarmPool') return undefined;
  return (await ledger.findReserve(group, instanceId))?.builds;
}

function output(action: ClaimIndexOutput['action'], member: Member, crowd = 0): ClaimIndexOutput {
  const { index, name, fqdn, instanceId } = member;
  const reason = action === 'claimed' ? `${instanceId} is ${name}` : `${instanceId} is ${name} already`;
  return { action, reason, index, name, fqdn: fqdn ?? null, crowd };
}
