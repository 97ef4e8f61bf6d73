import type { BuildRecord, Claim, Holder, Ledger } from '../../../functions/fleet/ports/ledger';

/** The ledger of the test that runs. */
export type Use = () => Ledger;

/** A claim of an index of group `web`; what the test does not care about is filled in. */
export function claimOf(instanceId: string, index: number, more: Partial<Claim> = {}): Claim {
  return {
    group: 'web',
    instanceId,
    index,
    name: `web-${index}`,
    execution: `arn:run:${instanceId}`,
    at: at(0),
    ...more,
  };
}

/** A time, `second` seconds into the day of the test. */
export const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

/** A build's record of the given revision. */
export function recordOf(revision: number, more: Partial<BuildRecord> = {}): BuildRecord {
  return {
    revision,
    attempt: 1,
    execution: 'arn:run:i-a',
    redrive: 0,
    correlation: 'i-a/deploy/1',
    startedAt: at(1),
    ...more,
  };
}

/** Who `claimOf('i-a', 1)` makes a holder. */
export const webOne: Holder = { group: 'web', instanceId: 'i-a', index: 1 };

/** A record's trace of a build. */
export const build = {
  trace: { phase: 'posting', requestedAt: at(1), postedAt: at(2), firstPossibleNumber: 42 },
} as const;
