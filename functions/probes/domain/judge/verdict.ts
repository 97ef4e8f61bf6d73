import { own } from '../../../shared/own';
import { isFresh, type RegionState } from './region';

/** `degraded`: down for some regions, fewer than the quorum. `unknown`: too few regions say anything fresh. */
export type Status = 'up' | 'degraded' | 'down' | 'unknown';

/** What the verdict about one target rests on. */
export interface Rules {
  readonly interval: number;
  /** The regions that are configured. What others once said does not count. */
  readonly regions: readonly string[];
  readonly quorum?: number | undefined;
  /** Fewer fresh regions know nothing; 2, or the only one there is. */
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
 * To become down, the quorum has to have said so in this very slot: a region whose message is still on its way can then
 * not take it back. To remain down, what each said last is enough.
 */
export function globalVerdict(
  states: Readonly<Record<string, RegionState>>,
  slot: number,
  before: Status,
  rules: Rules,
): GlobalVerdict {
  const fresh: string[] = [];
  const down: string[] = [];
  let [saidNow, suspected] = [0, 0];
  for (const region of rules.regions) {
    const one = own(states, region);
    if (one === undefined || !isFresh(one.slot, slot, rules.interval)) continue;
    fresh.push(region);
    if (one.state === 'suspect') suspected += 1;
    if (one.state !== 'down') continue;
    down.push(region);
    if (one.slot === slot) saidNow += 1;
  }
  const majority = Math.floor(fresh.length / 2) + 1;
  const quorum = Math.min(rules.quorum ?? majority, Math.max(1, fresh.length));
  const minimum = Math.min(rules.minimumFresh ?? 2, rules.regions.length);
  const answer = (status: Status): GlobalVerdict => ({ status, fresh, down, quorum });
  if (fresh.length < Math.max(1, minimum)) return answer('unknown');
  if ((before === 'down' ? down.length : saidNow) >= quorum) return answer('down');
  if (down.length > 0) return answer('degraded');
  // Never seen well, and now only suspected: that is not up yet.
  const isOnlySuspected = before === 'unknown' && suspected === fresh.length;
  return answer(isOnlySuspected ? 'unknown' : 'up');
}
