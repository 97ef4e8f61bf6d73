import { own } from '../../../shared/own';
import type { JudgeState } from '../judge/state';
import { microsIn } from '../judge/points';
import type { TargetState } from '../judge/target';
import type { TargetIncident } from '../judge/incident';
import { uptimeOf } from '../judge/uptime';
import type { Status } from '../judge/verdict';
import type { RegionView, JudgeView } from '../judge/view';

/** `status.json`: what the page shows, for programs. Times are ISO. */
export interface StatusFile {
  readonly version: 1;
  readonly madeAt: string;
  /** The newest slot that a region has reported: the age of the data, however new the file is. */
  readonly dataAt: string | null;
  readonly targets: readonly TargetStatus[];
  readonly regions: readonly RegionView[];
}

export interface TargetStatus {
  readonly id: string;
  readonly name: string;
  readonly status: Status;
  readonly down: readonly string[];
  readonly single: boolean;
  /** Regions that could not look when they last tried; it says nothing about the target. */
  readonly notLooked: readonly { readonly region: string; readonly reason: string }[];
  /** The last 90 days, oldest first; `null` where nothing is known. */
  readonly days: readonly { readonly day: string; readonly uptime: number | null }[];
  readonly uptime: number | null;
  /** Latencies of the last hour by region, in milliseconds. */
  readonly latency: readonly {
    readonly region: string;
    readonly ms: readonly number[];
    readonly p50: number;
    readonly p95: number;
  }[];
  readonly incidents: readonly {
    readonly since: string;
    readonly until: string | null;
    readonly kind: TargetIncident['kind'];
    readonly flapping: boolean;
    readonly regions: readonly string[];
    readonly reasons: readonly string[];
  }[];
}

const dayMs = 86_400_000;
const shownDays = 90;
const shownIncidents = 20;

/** The regions whose newest report, within three slots, is that they could not look. */
function notLookedFrom(steps: TargetState['steps'], regions: readonly string[]): TargetStatus['notLooked'] {
  const newest = steps.slice(-3).reverse();
  return regions.flatMap((region) => {
    const last = newest.map(({ votes }) => own(votes, region)).find((vote) => vote !== undefined);
    return last?.vote === 'none' && last.reason !== null ? [{ region, reason: last.reason }] : [];
  });
}

export function statusFile(state: JudgeState, view: JudgeView, names: Readonly<Record<string, string>>): StatusFile {
  const regions = view.regions.map(({ region }) => region);
  const slots = Object.values(state.regions).map(({ slot }) => slot);
  return {
    version: 1,
    madeAt: iso(view.now),
    dataAt: slots.length === 0 ? null : iso(Math.max(...slots)),
    regions: view.regions,
    targets: view.targets.map(({ id, status, down, single, incident, closed }) => {
      const days = state.targets.get(id)?.last.days ?? {};
      const whole = lastDays(view.now)
        .flatMap((day) => own(days, day) ?? [])
        .reduce((sum, day) => ({ known: sum.known + day.known, down: sum.down + day.down }), { known: 0, down: 0 });
      const incidents = [...closed, ...(incident === null ? [] : [incident])].reverse().slice(0, shownIncidents);
      return {
        id,
        name: own(names, id) ?? id,
        status,
        down,
        single,
        notLooked: notLookedFrom(state.targets.get(id)?.steps ?? [], regions),
        days: lastDays(view.now).map((day) => ({ day, uptime: uptimeOf(days[day]) })),
        uptime: uptimeOf(whole),
        latency: Object.entries(state.latency.get(id) ?? {})
          .filter(([region]) => regions.includes(region))
          .map(([region, points]) =>
            latencyOf(
              region,
              microsIn(points).map((micros) => micros / 1000),
            ),
          ),
        incidents: incidents.map((one) => ({
          ...one,
          since: iso(one.since),
          until: one.until === null ? null : iso(one.until),
        })),
      };
    }),
  };
}

function lastDays(now: number): string[] {
  return Array.from({ length: shownDays }, (_, place) =>
    new Date(now * 1000 - (shownDays - 1 - place) * dayMs).toISOString().slice(0, 10),
  );
}

function latencyOf(region: string, ms: readonly number[]) {
  const sorted = [...ms].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { region, ms, p50: at(0.5), p95: at(0.95) };
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
