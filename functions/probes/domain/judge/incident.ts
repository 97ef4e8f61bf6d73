import type { Reason } from '../../contracts/reasons';
import type { GlobalVerdict, Status } from './verdict';

/** The time from when a target was no longer up until it was up again and stayed up. Times are slots, in seconds. */
export interface TargetIncident {
  readonly since: number;
  /** The worst status in it. */
  readonly kind: Exclude<Status, 'up'>;
  /** When the target was up again; the incident closes once that has lasted for a while. */
  readonly until: number | null;
  readonly flapping: boolean;
  readonly regions: readonly string[];
  readonly reasons: readonly Reason[];
}

const minute = 60;
/** Down again within this time after a recovery is the same incident. */
export const holdDown = 5 * minute;
const flapWindow = 30 * minute;
const flapTransitions = 4;
export const stableAfterFlapping = 15 * minute;
const keptClosed = 200;

const rank: Record<TargetIncident['kind'], number> = { degraded: 0, unknown: 1, down: 2 };

/** A target's incidents, open and closed, and when it changed between down and not down (`transitions`, in seconds). */
export interface IncidentHistory {
  readonly incident: TargetIncident | null;
  readonly closed: readonly TargetIncident[];
  readonly transitions: readonly number[];
  /** Whether it was down when its status was last known: a silence in between is no change. */
  readonly wasDown?: true;
}

export const noIncidents: IncidentHistory = { incident: null, closed: [], transitions: [] };

export interface ReasonedVerdict {
  readonly verdict: GlobalVerdict;
  readonly reasons: readonly Reason[];
}

/** The history after one more verdict. */
export function afterVerdict(
  course: IncidentHistory,
  slot: number,
  { verdict, reasons }: ReasonedVerdict,
): IncidentHistory {
  const changed = verdict.status !== 'unknown' && (course.wasDown === true) !== (verdict.status === 'down');
  const isQuiet = course.incident === null && course.transitions.length === 0;
  if (isQuiet && !changed && verdict.status === 'up') return course;
  const transitions = [...course.transitions, ...(changed ? [slot] : [])].filter((one) => one > slot - flapWindow);
  const settled = settle(course, slot);
  const flaps = transitions.length >= flapTransitions;
  const { incident, closed } = settled;
  const known = { closed, transitions, ...(isDown(course, verdict) && { wasDown: true as const }) };
  if (verdict.status === 'up') {
    const rested =
      incident === null ? null : { ...incident, until: incident.until ?? slot, flapping: incident.flapping || flaps };
    return { ...known, incident: rested };
  }
  const kind = verdict.status;
  const opened: TargetIncident = incident ?? {
    since: slot,
    kind,
    until: null,
    flapping: false,
    regions: [],
    reasons: [],
  };
  const next: TargetIncident = {
    ...opened,
    kind: rank[kind] > rank[opened.kind] ? kind : opened.kind,
    until: null,
    flapping: opened.flapping || flaps,
    regions: union(opened.regions, verdict.down),
    reasons: union(opened.reasons, reasons),
  };
  return { ...known, incident: next };
}

/** An unknown verdict changes nothing: silence is no change. */
function isDown({ wasDown }: IncidentHistory, { status }: GlobalVerdict): boolean {
  return status === 'unknown' ? wasDown === true : status === 'down';
}

/** Closes the incident if the target has been up for long enough. */
function settle(course: IncidentHistory, slot: number): IncidentHistory {
  const { incident } = course;
  if (incident === null || incident.until === null) return course;
  const rest = incident.flapping ? stableAfterFlapping : holdDown;
  if (slot - incident.until < rest) return course;
  return { ...course, incident: null, closed: [...course.closed, incident].slice(-keptClosed) };
}

function union<T>(some: readonly T[], more: readonly T[]): readonly T[] {
  const added = more.filter((one) => !some.includes(one));
  return added.length === 0 ? some : [...some, ...added].sort();
}
