import { own } from '../../../shared/own';
import type { TargetIncident } from './incident';
import { isFresh, type RegionState } from './region';
import type { JudgeConfig, JudgeState, RegionStanding } from './state';
import { newTarget, type TargetSlot } from './target';
import type { Status } from './verdict';

export interface TargetView {
  readonly id: string;
  readonly status: Status;
  readonly fresh: readonly string[];
  /** The fresh regions that find it down, without suspect ones. */
  readonly down: readonly string[];
  readonly regions: Readonly<Record<string, RegionState>>;
  readonly incident: TargetIncident | null;
  readonly closed: readonly TargetIncident[];
  /** Only one region checks at all, so its own trouble looks like the target's. */
  readonly single: boolean;
  /** Present if the incident would be an outage with the votes of suspect regions. */
  readonly withoutSuspects?: true;
}

export interface RegionView {
  readonly region: string;
  readonly state: RegionStanding;
  readonly slot: number | null;
  readonly skewSeconds: number | null;
}

export interface JudgeView {
  readonly now: number;
  readonly targets: readonly TargetView[];
  readonly regions: readonly RegionView[];
}

/**
 * How things stand at `now` (seconds), which may be later than the last message.
 *
 * @param some the targets that were read, if not all were: the suspect regions are then those of the last whole view.
 */
export function viewOf(state: JudgeState, now: number, config: JudgeConfig, some?: ReadonlySet<string>): JudgeView {
  const minimum = Math.max(1, Math.min(config.minimumFresh ?? 2, config.regions.length));
  const seen = some === undefined ? config.targets : config.targets.filter(({ id }) => some.has(id));
  const raw = seen.map((target) => {
    const { last } = state.targets.get(target.id) ?? newTarget;
    const { fresh, down, then } = standing(last, now, target.intervalSeconds, config.regions);
    // Counts the regions that are configured now: they may have been others when the slot was judged.
    const known = fresh.length >= minimum && then >= minimum;
    const status: Status = known ? last.verdict.status : 'unknown';
    return {
      id: target.id,
      status,
      fresh,
      down,
      regions: last.regions,
      ...last.course,
      single: config.regions.length === 1,
    };
  });
  const isWhole = seen.length === config.targets.length;
  const suspects = isWhole ? suspectsAmong(raw, config.regions) : state.suspects;
  const quorums = new Map(config.targets.map(({ id, quorum }) => [id, quorum]));
  const targets = raw.map((one) => cleared(one, suspects, quorums.get(one.id)));
  return { now, targets, regions: config.regions.map((region) => regionView(region, state, now, suspects)) };
}

/** The regions that are fresh at `now`, those of them that find it down, and how many were fresh at its last slot (`then`). */
function standing({ regions, slot }: TargetSlot, now: number, interval: number, configured: readonly string[]) {
  const [fresh, down]: [string[], string[]] = [[], []];
  let then = 0;
  for (const region of configured) {
    const one = own(regions, region);
    if (one === undefined) continue;
    if (isFresh(one.slot, slot ?? 0, interval)) then += 1;
    if (!isFresh(one.slot, now, interval)) continue;
    fresh.push(region);
    if (one.state === 'down') down.push(region);
  }
  return { fresh, down, then };
}

type TargetStanding = Pick<TargetView, 'fresh' | 'down' | 'regions'>;

/** Regions that alone find down at least two targets, and more than half of those that other regions check too. */
function suspectsAmong(targets: readonly TargetStanding[], regions: readonly string[]): string[] {
  const alone = new Map<string, number>();
  for (const target of targets) {
    const [only] = target.down;
    if (only !== undefined && target.down.length === 1 && isContradicted(target, only))
      alone.set(only, (alone.get(only) ?? 0) + 1);
  }
  return regions.filter((region) => {
    const count = alone.get(region) ?? 0;
    if (count < 2) return false;
    return count * 2 > targets.filter(({ fresh }) => fresh.includes(region) && fresh.length > 1).length;
  });
}

/** Whether another region found it up in that slot or later: in an outage, one region is always the first to report. */
function isContradicted({ fresh, regions }: TargetStanding, only: string): boolean {
  const slot = own(regions, only)?.slot ?? 0;
  return fresh.some((region) => {
    const other = own(regions, region);
    return region !== only && other?.state === 'ok' && other.slot >= slot;
  });
}

/** Without suspect regions: what only they find down is up; what is down only with their votes is a regional problem. */
function cleared(target: TargetView, suspects: readonly string[], wanted: number | undefined): TargetView {
  if (suspects.length === 0) return target;
  const down = target.down.filter((region) => !suspects.includes(region));
  if (down.length === target.down.length || target.status === 'unknown') return target;
  const others = target.fresh.filter((region) => !suspects.includes(region)).length;
  const quorum = Math.min(wanted ?? Math.floor(others / 2) + 1, Math.max(1, others));
  if (target.status === 'down' && down.length >= quorum) return { ...target, down };
  const status = down.length === 0 ? 'up' : 'degraded';
  const { incident } = target;
  const isLess = target.status === 'down' && incident?.kind === 'down';
  return {
    ...target,
    down,
    status,
    ...(isLess && { incident: { ...incident, kind: 'degraded' }, withoutSuspects: true }),
  };
}

/** Every region reports this often, even when no target is due. */
const heartbeatSeconds = 60;

function regionView(
  region: string,
  { regions, startedAt }: JudgeState,
  now: number,
  suspects: readonly string[],
): RegionView {
  const seen = own(regions, region);
  // A judge that has just started waits for the first reports.
  const silent = !isFresh(Math.max(seen?.slot ?? 0, startedAt ?? now), now, heartbeatSeconds);
  return {
    region,
    state: silent ? 'silent' : suspects.includes(region) ? 'suspect' : 'ok',
    slot: seen?.slot ?? null,
    skewSeconds: seen?.skewSeconds ?? null,
  };
}
