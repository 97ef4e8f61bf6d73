import { isInstanceNotFound, isTagLimitExceeded, messageOf } from '../../../shared/aws-errors';
import type { Clock } from '../../../shared/runtime';
import { StepError, stepErrors } from '../../contracts/errors';
import { type Ledger } from '../../ledger/port';
import type { Ec2, Route53 } from '../../ports/aws';
import { ensureName } from '../../steps/register-dns/names';
import {
  planAdoption,
  type Adoption,
  type AdoptionPlan,
  type SkippedInstance,
  type PlanDeps,
  type AdoptionTask,
} from './plan';
import { LedgerError } from '../../ledger/records';

export interface AdoptDeps extends PlanDeps {
  clock: Clock;
  ledger: Ledger;
  ec2: Ec2;
  route53: Route53;
  /** Waits, while another change of the zone is in progress. */
  pause: (millis: number) => Promise<void>;
}

/** The result of adopting a group. */
export interface AdoptResult {
  readonly group: string;
  /** The instances that were adopted, in this order. */
  readonly adopted: readonly Adoption[];
  /** The instances whose adoption stopped half-way, for a reason that may pass: adopt again. */
  readonly unfinished: readonly SkippedInstance[];
  readonly refused: readonly SkippedInstance[];
  readonly passing: readonly SkippedInstance[];
  readonly reason: string;
}

// If a launch has just taken a number, the rest of the plan changes and is made again: so often at most.
const mostPlans = 10;

// A zone takes one change at a time, which it has done within a second or two.
const tries = 10;
const pauseMs = 2_000;

/**
 * Makes the instances of a group that already runs its members: each gets its number in the ledger, then, with what it is
 * about to get on record, its tags and its names in DNS. Nothing else of it is changed, and nothing of its group.
 *
 * It can be killed after any call and run again, and ends the same; two at once do nothing twice. One that stops
 * half-way is found by the next run, which continues with it under the same number.
 *
 * @param told is called with each that is done.
 * @throws OperationRefused for a group that is not managed. What AWS refuses is thrown as it is, with all before it done.
 */
export async function adopt(
  deps: AdoptDeps,
  group: string,
  told: (one: Adoption) => void = () => undefined,
): Promise<AdoptResult> {
  const adopted: Adoption[] = [];
  const stopped = new Map<string, StoppedAdoption>();
  for (let round = 1; ; round += 1) {
    const { plan, works } = await planAdoption(deps, group);
    const open = works.filter(({ holder }) => !stopped.has(holder.instanceId));
    const isStale = await carryOut(deps, open, { adopted, stopped, told });
    if (!isStale || round >= mostPlans) return result(plan, adopted, stopped, isStale);
  }
}

interface StoppedAdoption {
  readonly why: string;
  readonly mayPass: boolean;
}

interface Tally {
  readonly adopted: Adoption[];
  readonly stopped: Map<string, StoppedAdoption>;
  readonly told: (one: Adoption) => void;
}

/** One after the other: a zone takes one change at a time. @returns whether the numbers have to be chosen again. */
async function carryOut(
  deps: AdoptDeps,
  works: readonly AdoptionTask[],
  { adopted, stopped, told }: Tally,
): Promise<boolean> {
  for (const work of works) {
    const { instanceId } = work.holder;
    const came = await tryOne(deps, work);
    if (came === 'stale') return true;
    if (came !== 'done') {
      stopped.set(instanceId, came);
      continue;
    }
    adopted.push(work.view);
    told(work.view);
  }
  return false;
}

async function tryOne(deps: AdoptDeps, work: AdoptionTask): Promise<'done' | 'stale' | StoppedAdoption> {
  let { claim } = work;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await carryOutOne(deps, work, claim)) ? 'done' : 'stale';
    } catch (error) {
      const why = stoppedBy(error);
      if (!why.mayPass || attempt >= tries) return why;
      // Errors of steps come after the claim.
      claim = undefined;
      await deps.pause(pauseMs);
    }
  }
}

/** @returns `false` if its number is another's by now, or it has one. */
async function carryOutOne(
  deps: AdoptDeps,
  { holder, intent, tags, names }: AdoptionTask,
  claim: AdoptionTask['claim'],
): Promise<boolean> {
  const now = deps.clock.now().toISOString();
  if (claim !== undefined && (await deps.ledger.claim({ ...claim, at: now })) !== 'claimed') return false;
  await deps.ledger.update(holder, { ...intent, phase: 'in-service', inServiceAt: now });
  if (Object.keys(tags).length > 0) {
    await deps.ec2.createTags({
      Resources: [holder.instanceId],
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
  }
  const dnsChanges: string[] = [];
  for (const name of names) dnsChanges.push((await ensureName(deps, name, { refused: false })).id);
  await deps.ledger.update(holder, { dnsChanges });
  return true;
}

/** An error about one instance stops only its own adoption. */
function stoppedBy(error: unknown): StoppedAdoption {
  if (error instanceof LedgerError) return { why: 'it has left meanwhile', mayPass: false };
  if (isInstanceNotFound(error)) return { why: 'EC2 does not show it any more', mayPass: false };
  if (isTagLimitExceeded(error)) return { why: `EC2 takes 50 tags in all: ${messageOf(error)}`, mayPass: false };
  if (error instanceof StepError) return { why: error.message, mayPass: stepErrors[error.name].kind === 'waits' };
  throw error;
}

function result(
  { group, refused, passing }: AdoptionPlan,
  adopted: readonly Adoption[],
  stopped: ReadonlyMap<string, StoppedAdoption>,
  isStale: boolean,
): AdoptResult {
  const told = [...stopped].map(([instanceId, one]) => ({ instanceId, ...one }));
  const pick = (mayPass: boolean) =>
    told.filter((one) => one.mayPass === mayPass).map(({ instanceId, why }) => ({ instanceId, why }));
  const unfinished = pick(true);
  const more = isStale || unfinished.length > 0 ? '; not all is done: run it again' : '';
  const reason = `${adopted.length} of ${group} adopted${more}`;
  return { group, adopted, unfinished, refused: [...refused, ...pick(false)], passing, reason };
}
