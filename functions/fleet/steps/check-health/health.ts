import type { TargetHealth as ElbHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import { cannotHaveTarget, messageOf } from '../../../shared/aws-errors';
import { StepError } from '../../contracts/errors';
import { targetGroupName, type TargetHealth, type RecordedTarget, waitingFor } from '../../domain/targets';
import type { ElasticLoadBalancing } from '../../ports/aws';
import { readTargetHealth } from '../../resources/instance';
import { type StepInput, elapsedSince } from '../../contracts/inputs';
import type { Observation } from '../../ledger/port';
import { sharedReadMs, readTogether, type TurnDeps } from '../../crowd/turns';
import { rememberingLast, recordIn } from '../../../shared/schema';
import * as z from '../../../shared/schema';

/** What ELB says of one target. @throws StepError `TargetUnusable`: there is no such group, or it cannot have it. */
export async function healthOf(elb: ElasticLoadBalancing, target: RecordedTarget): Promise<TargetHealth> {
  const { targetGroup } = target;
  return { targetGroup, ...stateOf(await namingRefusal(targetGroup, () => readTargetHealth(elb, target))) };
}

export type TargetHealthState = Omit<TargetHealth, 'targetGroup'>;

export function stateOf(health: ElbHealth | undefined): TargetHealthState {
  return {
    state: health?.State ?? 'unknown',
    ...(health?.Reason === undefined ? {} : { reason: health.Reason }),
    ...(health?.Description === undefined ? {} : { description: health.Description }),
  };
}

/** @throws StepError `TargetUnusable` */
export async function namingRefusal<Result>(targetGroup: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!cannotHaveTarget(error)) throw error;
    throw new StepError('TargetUnusable', `${targetGroupName(targetGroup)}: ${messageOf(error)}`, { cause: error });
  }
}

interface Deps extends TurnDeps {
  readonly elasticLoadBalancing: ElasticLoadBalancing;
}

// The state machine's clock says when the state was entered, a function's when it looked: they may differ by this much.
const skewMs = 1_000;

/**
 * What ELB says of the launch's instance, in a look at the whole target group that serves all that wait. An older look
 * than the launch's own wait does not count: an instance that was registered again was healthy before that.
 *
 * @throws StepError `TargetPending` or `TargetPendingLong` while another launch looks, `TargetUnusable`.
 */
export async function healthFor(
  deps: Deps,
  target: RecordedTarget,
  { launch: { group }, run }: StepInput,
): Promise<TargetHealth> {
  const { targetGroup, id } = target;
  const waitsMs = elapsedSince(run, deps.clock.now());
  const isGood = (_: Observation, ageMs: number) => ageMs <= Math.min(sharedReadMs, waitsMs - skewMs);
  const seen = await readTogether(deps, { group, key: `health ${targetGroup}`, isGood }, () =>
    lookAt(deps.elasticLoadBalancing, targetGroup),
  );
  if (seen === undefined) {
    throw new StepError(waitingFor(waitsMs), `another launch looks at the targets of ${targetGroupName(targetGroup)}`);
  }
  const state = statesIn(seen).get(id);
  // Not shown yet, on several ports, or not to be read: a look of its own tells.
  if (state === undefined) return healthOf(deps.elasticLoadBalancing, target);
  return { targetGroup, ...state };
}

const stateSchema = z.object({
  state: z.string(),
  reason: z.exactOptional(z.string()),
  description: z.exactOptional(z.string()),
});

/** Targets (their ids) that ELB says the same of: of a thousand targets there are a handful of kinds. */
const kindsSchema = z.array(z.object({ state: stateSchema, instances: z.array(z.string()) }));
type Kind = z.output<typeof kindsSchema>[number];

/** What a look at the whole target group says of each target, by its id; of none where it cannot be read. */
const statesIn = rememberingLast((seen): ReadonlyMap<string, TargetHealthState> => {
  const states = new Map<string, TargetHealthState>();
  for (const { state, instances } of recordIn(kindsSchema, seen) ?? [])
    for (const id of instances) if (!states.has(id)) states.set(id, state);
  return states;
});

async function lookAt(elb: ElasticLoadBalancing, targetGroup: string): Promise<string> {
  const { TargetHealthDescriptions = [] } = await namingRefusal(targetGroup, () =>
    elb.describeTargetHealth({ TargetGroupArn: targetGroup }),
  );
  const kinds = new Map<string, Kind>();
  const ports = new Map<string, number>();
  for (const { Target } of TargetHealthDescriptions)
    ports.set(Target?.Id ?? '', (ports.get(Target?.Id ?? '') ?? 0) + 1);
  for (const { Target: { Id = '' } = {}, TargetHealth } of TargetHealthDescriptions) {
    if (ports.get(Id) !== 1) continue;
    const state = stateOf(TargetHealth);
    const name = JSON.stringify(state);
    const kind: Kind = kinds.get(name) ?? { state, instances: [] };
    kind.instances.push(Id);
    kinds.set(name, kind);
  }
  return JSON.stringify([...kinds.values()]);
}
