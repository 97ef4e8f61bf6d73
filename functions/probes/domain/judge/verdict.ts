import { own } from '../../../shared/own';
import { isFresh, type RegionState } from './region';

/** `degraded`: down for some regions, but fewer than the quorum. `unknown`: too few regions have a fresh vote. */
export type Status = 'up' | 'degraded' | 'down' | 'unknown';

/** What decides the verdict about one target, besides the votes. `interval`: seconds between its looks. */
export interface VerdictRules {
  readonly interval: number;
  /** The configured regions; votes of others do not count. */
  readonly regions: readonly string[];
  readonly quorum?: number | undefined;
  /** With fewer fresh regions the status is unknown. Default: 2, or 1 if there is only one region. */
  readonly minimumFresh?: number | undefined;
}

export interface GlobalVerdict {
  readonly status: Status;
  readonly fresh: readonly string[];
  /** Fresh regions for which it is down. */
  readonly down: readonly string[];
  readonly quorum: number;
}

/**
 * The verdict of the fresh regions at `slot`.
 *
 * A target becomes down when the quorum finds it down in this very slot: a report that is still on its way can then not revert it.
 * It remains down as long as the last votes of a quorum say so.
 */
export function globalVerdict(
  states: Readonly<Record<string, RegionState>>,
  slot: number,
  before: Status,
  rules: VerdictRules,
): GlobalVerdict {
  const { fresh, down, saidNow, suspected } = counted(states, slot, rules);
  const majority = Math.floor(fresh.length / 2) + 1;
  const quorum = Math.min(rules.quorum ?? majority, Math.max(1, fresh.length));
  const minimum = Math.min(rules.minimumFresh ?? 2, rules.regions.length);
  const status = statusOf({ fresh: fresh.length, down: down.length, saidNow, suspected }, before, quorum, minimum);
  return { status, fresh, down, quorum };
}

interface Counts {
  readonly fresh: number;
  readonly down: number;
  readonly saidNow: number;
  readonly suspected: number;
}

function statusOf(
  { fresh, down, saidNow, suspected }: Counts,
  before: Status,
  quorum: number,
  minimum: number,
): Status {
  if (fresh < Math.max(1, minimum)) return 'unknown';
  if ((before === 'down' ? down : saidNow) >= quorum) return 'down';
  if (down > 0) return 'degraded';
  // It has never been seen up, and every region suspects it: that is not up yet.
  return before === 'unknown' && suspected === fresh ? 'unknown' : 'up';
}

const none: readonly string[] = [];

function counted(states: Readonly<Record<string, RegionState>>, slot: number, { regions, interval }: VerdictRules) {
  let fresh: string[] | undefined;
  let down: string[] | undefined;
  let [saidNow, suspected] = [0, 0];
  for (const [at, region] of regions.entries()) {
    const one = own(states, region);
    if (one === undefined || !isFresh(one.slot, slot, interval)) {
      // Usually all regions are fresh, and `regions` itself is the list.
      fresh ??= regions.slice(0, at);
      continue;
    }
    fresh?.push(region);
    if (one.state === 'suspect') suspected += 1;
    if (one.state !== 'down') continue;
    (down ??= []).push(region);
    if (one.slot === slot) saidNow += 1;
  }
  return { fresh: fresh ?? regions, down: down ?? none, saidNow, suspected };
}
