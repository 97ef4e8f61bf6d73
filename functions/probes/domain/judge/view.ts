import { own } from '../../../shared/own';
import { rulesOf } from './deployment';
import type { Incident } from './incident';
import { isFresh, type RegionState } from './region';
import type { JudgeConfig, JudgeState, RegionStanding } from './state';
import { newTarget } from './target';
import { globalVerdict, type Status } from './verdict';

export interface TargetView {
  readonly id: string;
  readonly status: Status;
  readonly fresh: readonly string[];
  /** Fresh regions for which it is down, those that are suspect left out. */
  readonly down: readonly string[];
  readonly regions: Readonly<Record<string, RegionState>>;
  readonly incident: Incident | null;
  readonly closed: readonly Incident[];
  /** Only one region looks at all: its trouble cannot be told from the target's. */
  readonly single: boolean;
}

export interface RegionView {
  readonly region: string;
  readonly state: RegionStanding;
  readonly slot: number | null;
  readonly skewSeconds: number | null;
}

export interface View {
  readonly now: number;
  readonly targets: readonly TargetView[];
  readonly regions: readonly RegionView[];
}

/** How things stand at `now` (seconds), which may be later than the last message. */
export function viewOf(state: JudgeState, now: number, config: JudgeConfig): View {
  const raw = config.targets.map((target) => {
    const { last } = own(state.targets, target.id) ?? newTarget;
    const verdict = globalVerdict(last.regions, last.slot ?? 0, last.verdict.status, rulesOf(target, config));
    const fresh = config.regions.filter((region) =>
      isFresh(own(last.regions, region)?.slot ?? -Infinity, now, target.intervalSeconds),
    );
    const known =
      verdict.status !== 'unknown' && fresh.length >= Math.min(config.minimumFresh ?? 2, config.regions.length);
    const status: Status = known ? last.verdict.status : 'unknown';
    const down = fresh.filter((region) => own(last.regions, region)?.state === 'down');
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
  const suspects = suspectsAmong(raw, config.regions);
  const targets = raw.map((one) => cleared(one, suspects));
  return { now, targets, regions: config.regions.map((region) => regionView(region, state, now, suspects)) };
}

/** Regions for which, alone, more than half of the targets are down that others see as well: at least two. */
function suspectsAmong(targets: readonly Pick<TargetView, 'fresh' | 'down'>[], regions: readonly string[]): string[] {
  return regions.filter((region) => {
    const shared = targets.filter(({ fresh }) => fresh.includes(region) && fresh.length > 1);
    const alone = shared.filter(({ down }) => down.length === 1 && down[0] === region);
    return alone.length >= 2 && alone.length * 2 > shared.length;
  });
}

/** A target that is down only for suspect regions is up: it is the region that has the trouble. */
function cleared(target: TargetView, suspects: readonly string[]): TargetView {
  const down = target.down.filter((region) => !suspects.includes(region));
  if (down.length === target.down.length) return target;
  return { ...target, down, status: target.status === 'degraded' && down.length === 0 ? 'up' : target.status };
}

/** A region reports as often as that, also when no target is due. */
const heartbeatSeconds = 60;

function regionView(
  region: string,
  { regions, startedAt }: JudgeState,
  now: number,
  suspects: readonly string[],
): RegionView {
  const seen = own(regions, region);
  // Just begun, it waits for the first ones.
  const silent = !isFresh(Math.max(seen?.slot ?? 0, startedAt ?? now), now, heartbeatSeconds);
  return {
    region,
    state: silent ? 'silent' : suspects.includes(region) ? 'suspect' : 'ok',
    slot: seen?.slot ?? null,
    skewSeconds: seen?.skewSeconds ?? null,
  };
}
