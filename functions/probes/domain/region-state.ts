import { isVote, type Reason } from '../contracts/reasons';

/** What one region thinks of one target. Times are milliseconds since the epoch. */
export interface RegionState {
  readonly status: 'ok' | 'suspect' | 'down';
  /** The newest slot that is in it. */
  readonly slot: number;
  /** Of the failure, while it is not ok. */
  readonly reason?: Reason;
  readonly detail?: string;
  /** Since when it is what it is. */
  readonly since: number;
  /** Good slots in a row, while it is down. */
  readonly good: number;
  /** Up, and slower than it should be. */
  readonly slow: boolean;
}

/** One look, as far as the state goes by it. */
export interface Look {
  readonly slot: number;
  readonly up: boolean;
  readonly reason?: Reason | undefined;
  readonly detail?: string | undefined;
  readonly slow?: boolean | undefined;
  /** How often it looked in this run: a failure that two more looks have found too is a certain one. */
  readonly attempts: number;
}

const certainAfter = 3;
const goodToClear = 2;

/**
 * The state after one more look. A look that is no newer than what is known changes nothing: messages are repeated, come
 * late and out of order. Nor does one that says more of the probe than of the target.
 */
export function afterLook(before: RegionState | undefined, look: Look): RegionState | undefined {
  if (before !== undefined && look.slot <= before.slot) return before;
  if (!look.up && look.reason !== undefined && !isVote(look.reason)) return before;
  return look.up ? afterGood(before, look) : afterBad(before, look);
}

function afterGood(before: RegionState | undefined, { slot, slow = false }: Look): RegionState {
  if (before?.status === 'down') {
    const good = before.good + 1;
    if (good < goodToClear) return { ...before, slot, good };
  }
  const since = before?.status === 'ok' ? before.since : slot;
  return { status: 'ok', slot, since, good: 0, slow };
}

function afterBad(before: RegionState | undefined, { slot, reason, detail, attempts }: Look): RegionState {
  const why = { ...(reason !== undefined && { reason }), ...(detail !== undefined && { detail }) };
  const isCertain = attempts >= certainAfter || before?.status === 'suspect' || before?.status === 'down';
  const status = isCertain ? 'down' : 'suspect';
  const since = before !== undefined && before.status !== 'ok' ? before.since : slot;
  return { status, slot, since, good: 0, slow: false, ...why };
}
