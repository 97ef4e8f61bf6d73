import type { Verdict } from './verdict';

/** What is remembered of a target's troubles. Times are milliseconds since the epoch. */
export interface TargetState {
  /** What people were told last, or would have been but for maintenance. */
  readonly told: 'up' | 'degraded' | 'down' | 'unknown';
  readonly since: number;
  /** Since when it is well again, while it is not yet said. */
  readonly wellSince?: number;
  /** Since when it is down in some regions only, while that is not yet said. */
  readonly regionalSince?: number;
  /** When it went down or came back lately. */
  readonly changes: readonly number[];
  readonly flapping: boolean;
  /** When people were reminded last. */
  readonly remindedAt?: number;
  /** Of this trouble: what its messages have in common, and how many there were. */
  readonly incident?: Incident;
}

interface Incident {
  readonly id: string;
  readonly openedAt: number;
  readonly messages: number;
  /** Whether any of them was a mail: then its end is one too. */
  readonly mailed: boolean;
}

/** Something that people are to be told, once; `id` says which, however often it is sent. */
export interface Notice {
  readonly id: string;
  readonly target: string;
  readonly kind: 'down' | 'regional' | 'unknown' | 'recovered' | 'flapping' | 'steady' | 'reminder';
  /** Of regional and global troubles: where. */
  readonly regions: readonly string[];
  readonly at: number;
  /** Since when it is so. */
  readonly since: number;
  /** A mail, or only the page. */
  readonly mail: boolean;
}

const minute = 60_000;
const holdDownMs = 5 * minute;
const flapWindowMs = 30 * minute;
const flapChanges = 4;
const steadyMs = 15 * minute;
const reminderMs = 60 * minute;
// The regions look at different seconds: one that is first is not alone for that.
const regionalAfterMs = 2 * minute;

/** Nobody has looked yet: that it is unknown is no news. */
export const unseen: TargetState = { told: 'unknown', since: 0, changes: [], flapping: false };

export interface Circumstances {
  readonly target: string;
  readonly now: number;
  /** Maintenance: mail is muted, all else goes on. */
  readonly muted: boolean;
}

export interface Step {
  readonly state: TargetState;
  readonly notices: readonly Notice[];
}

/**
 * What becomes of a target's trouble with one more verdict: told when it begins, reminded of each hour, and said to be
 * over only when it has been well for five minutes. One that comes and goes is told once as that, and then there is
 * quiet until it has been steady for a quarter of an hour.
 */
export function afterVerdict(before: TargetState, verdict: Verdict, seen: Circumstances): Step {
  const changes = before.changes.filter((at) => at > seen.now - flapWindowMs);
  const known = { ...before, changes };
  if (verdict.state === 'degraded' && known.told !== 'degraded') {
    const since = known.regionalSince ?? seen.now;
    if (seen.now - since < regionalAfterMs) return { state: { ...known, regionalSince: since }, notices: [] };
  }
  const state = known.regionalSince === undefined ? known : without(known, 'regionalSince');
  if (verdict.state === 'up') return whenWell(state, seen);
  if (state.flapping) return { state: note(state, verdict.state === 'down' ? seen.now : undefined), notices: [] };
  return whenBad(state, verdict, seen);
}

function note(state: TargetState, changedAt: number | undefined): TargetState {
  const { wellSince, ...rest } = state;
  return wellSince === undefined || changedAt === undefined ? rest : { ...rest, changes: [...rest.changes, changedAt] };
}

function whenBad(state: TargetState, verdict: Exclude<Verdict, { state: 'up' }>, seen: Circumstances): Step {
  const { now } = seen;
  const regions = 'down' in verdict ? verdict.down : [];
  const isBack = state.wellSince !== undefined;
  const bad = without(state, 'wellSince');
  if (state.told === verdict.state) {
    const changed = isBack && verdict.state === 'down' ? { ...bad, changes: [...bad.changes, now] } : bad;
    if (isBack && changed.changes.length >= flapChanges)
      return begin('flapping', { ...changed, flapping: true }, seen, regions);
    if (verdict.state !== 'down' || now - (state.remindedAt ?? state.since) < reminderMs)
      return { state: changed, notices: [] };
    return begin('reminder', { ...changed, remindedAt: now }, seen, regions);
  }
  const changes = verdict.state === 'down' ? [...bad.changes, now] : bad.changes;
  const isFlapping = changes.length >= flapChanges;
  const fresh = without(bad, 'remindedAt');
  const incident = state.incident ?? opened(seen);
  const next: TargetState = { ...fresh, told: verdict.state, since: now, changes, incident, flapping: isFlapping };
  const kind = isFlapping ? 'flapping' : verdict.state === 'degraded' ? 'regional' : verdict.state;
  return begin(kind, next, seen, regions);
}

function whenWell(state: TargetState, seen: Circumstances): Step {
  const { now } = seen;
  if (state.told === 'up' && !state.flapping) return { state, notices: [] };
  if (state.incident === undefined) return { state: { ...state, told: 'up', since: now }, notices: [] };
  if (state.wellSince === undefined) {
    const changes = state.told === 'down' ? [...state.changes, now] : state.changes;
    return { state: { ...state, wellSince: now, changes }, notices: [] };
  }
  const wellMs = now - state.wellSince;
  if (wellMs < (state.flapping ? steadyMs : holdDownMs)) return { state, notices: [] };
  const over = begin(state.flapping ? 'steady' : 'recovered', state, seen, []);
  const rest = without(without(without(state, 'incident'), 'remindedAt'), 'wellSince');
  return { state: { ...rest, told: 'up', since: state.wellSince, flapping: false }, notices: over.notices };
}

function without(state: TargetState, key: keyof TargetState): TargetState {
  return Object.fromEntries(Object.entries(state).filter(([name]) => name !== key)) as unknown as TargetState;
}

function opened({ target, now }: Circumstances): Incident {
  return { id: `${target}/${now}`, openedAt: now, messages: 0, mailed: false };
}

// A regional problem wakes nobody; that nothing is known any more is said by the alarms of the regions.
const quiet: readonly Notice['kind'][] = ['regional', 'unknown'];

/** One message of an incident. */
function begin(kind: Notice['kind'], state: TargetState, seen: Circumstances, regions: readonly string[]): Step {
  const incident = state.incident ?? opened(seen);
  const messages = incident.messages + 1;
  const isEnd = kind === 'recovered' || kind === 'steady';
  const mail = !seen.muted && !quiet.includes(kind) && (!isEnd || incident.mailed);
  const { target, now } = seen;
  const notice: Notice = {
    id: `${incident.id}/${messages}`,
    target,
    kind,
    regions,
    at: now,
    since: incident.openedAt,
    mail,
  };
  return {
    state: { ...state, incident: { ...incident, messages, mailed: incident.mailed || mail } },
    notices: [notice],
  };
}
