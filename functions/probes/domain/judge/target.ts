import { own } from '../../../shared/own';
import type { Reason } from '../../contracts/reasons';
import { afterVerdict, noIncidents, type IncidentHistory } from './incident';
import { afterVote, isFresh, type RegionState, type Vote } from './region';
import { addPeriod, type DailyUptime } from './uptime';
import { globalVerdict, type GlobalVerdict, type VerdictRules } from './verdict';

/** What is known of a target after a slot. */
export interface TargetSlot {
  readonly slot: number | null;
  readonly regions: Readonly<Record<string, RegionState>>;
  readonly verdict: GlobalVerdict;
  readonly course: IncidentHistory;
  readonly days: DailyUptime;
}

export interface RegionVote {
  readonly vote: Vote;
  readonly reason: Reason | null;
}

/** The votes of one slot. One without votes comes from the judge's own clock, and is how silence is noticed. */
export interface SlotVotes {
  readonly slot: number;
  readonly votes: Readonly<Record<string, RegionVote>>;
}

/**
 * A target's whole state. The votes of the last two hours are kept, so that a late one is put in its place and everything after
 * it is judged again: the same messages give the same state in any order.
 */
export interface TargetState {
  /** The target before the first of `steps`. */
  readonly base: TargetSlot;
  readonly steps: readonly SlotVotes[];
  /** The target before and after the last step, kept because most messages are about that step or the next one. */
  readonly before: TargetSlot;
  readonly last: TargetSlot;
}

/** A vote that is this much older than the newest slot is ignored, in seconds. */
export const lateSeconds = 2 * 3600;

const unknown: GlobalVerdict = { status: 'unknown', fresh: [], down: [], quorum: 1 };
const empty: TargetSlot = { slot: null, regions: {}, verdict: unknown, course: noIncidents, days: {} };
export const newTarget: TargetState = { base: empty, steps: [], before: empty, last: empty };

/** The state after a region's vote, or after the judge's own tick if `from` is `undefined`. `slot` in seconds. */
export function withVote(
  state: TargetState,
  slot: number,
  from: { readonly region: string; readonly vote: RegionVote } | undefined,
  rules: VerdictRules,
): TargetState {
  const newest = state.last.slot ?? slot;
  if (slot <= (state.base.slot ?? -1) || slot < newest - lateSeconds) return state;
  const place = state.steps.findLastIndex((step) => step.slot <= slot);
  const found = state.steps[place];
  const present = found?.slot === slot ? found : undefined;
  const step = added(present ?? { slot, votes: {} }, from);
  if (step === present) return state;
  const at = present === undefined ? place + 1 : place;
  const steps = state.steps.toSpliced(at, present === undefined ? 0 : 1, step);
  if (at < steps.length - 1) return refolded({ ...state, steps }, rules);
  if (present === undefined)
    return forgotten({ ...state, steps, before: state.last, last: folded(state.last, step, rules) }, rules);
  const isFirst = from !== undefined && own(present.votes, from.region) === undefined;
  const last = isFirst ? withOneMore(state, from, slot, rules) : folded(state.before, step, rules);
  return forgotten({ ...state, steps, last }, rules);
}

/** A repeated vote changes nothing. If a repeated run votes otherwise, the better vote counts, in either order. */
function added(step: SlotVotes, from: { readonly region: string; readonly vote: RegionVote } | undefined): SlotVotes {
  if (from === undefined) return step;
  const there = own(step.votes, from.region);
  if (there !== undefined && preference(there) <= preference(from.vote)) return step;
  return { ...step, votes: { ...step.votes, [from.region]: from.vote } };
}

function preference({ vote, reason }: RegionVote): string {
  return `${['good', 'confirmed', 'bad', 'none'].indexOf(vote)}${reason ?? ''}`;
}

function refolded(state: TargetState, rules: VerdictRules): TargetState {
  let before = state.base;
  let last = state.base;
  for (const step of state.steps) {
    before = last;
    last = folded(last, step, rules);
  }
  return forgotten({ ...state, before, last }, rules);
}

/** Moves steps that no vote can precede any more into `base`: only once there is a quarter too many, not with each step. */
function forgotten(state: TargetState, rules: VerdictRules): TargetState {
  const newest = state.last.slot ?? 0;
  if ((state.steps[0]?.slot ?? newest) >= newest - lateSeconds * 1.25) return state;
  const keep = state.steps.findIndex(({ slot }) => slot >= newest - lateSeconds);
  const base = state.steps.slice(0, keep).reduce((fold, step) => folded(fold, step, rules), state.base);
  return { ...state, base, steps: state.steps.slice(keep) };
}

function folded(fold: TargetSlot, { slot, votes }: SlotVotes, rules: VerdictRules): TargetSlot {
  const regions: Record<string, RegionState> = { ...fold.regions };
  for (const [region, vote] of Object.entries(votes)) {
    const next = afterVote(own(fold.regions, region), vote, slot, rules.interval);
    if (next !== undefined) regions[region] = next;
  }
  const days =
    fold.slot === null
      ? fold.days
      : addPeriod(fold.days, { from: fold.slot, until: slot, status: fold.verdict.status }, rules.interval);
  return judged(fold, { slot, regions, days }, rules);
}

/** The last step with one more region's first vote: the votes of the other regions are judged already. */
function withOneMore(
  { before, last }: TargetState,
  { region, vote }: { readonly region: string; readonly vote: RegionVote },
  slot: number,
  rules: VerdictRules,
): TargetSlot {
  const next = afterVote(own(before.regions, region), vote, slot, rules.interval);
  const regions = next === undefined ? last.regions : { ...last.regions, [region]: next };
  return judged(before, { slot, regions, days: last.days }, rules);
}

function judged(
  before: TargetSlot,
  { slot, regions, days }: Pick<TargetSlot, 'regions' | 'days'> & { readonly slot: number },
  rules: VerdictRules,
): TargetSlot {
  // The status before a silence says nothing about the time after it.
  const isKnown = before.slot !== null && isFresh(before.slot, slot, rules.interval);
  const status = isKnown ? before.verdict.status : 'unknown';
  const verdict = globalVerdict(regions, slot, status, rules);
  const reasons = verdict.down.length === 0 ? [] : reasonsOf(regions, verdict.down);
  const course = afterVerdict(before.course, slot, { verdict, reasons });
  return { slot, regions, verdict, course, days };
}

function reasonsOf(regions: TargetSlot['regions'], down: readonly string[]): Reason[] {
  return [...new Set(down.flatMap((region) => own(regions, region)?.reason ?? []))];
}
