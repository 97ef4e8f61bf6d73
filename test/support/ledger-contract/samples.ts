import type {
  Breaker,
  BuildRecord,
  Claim,
  Hold,
  Holder,
  Ledger,
  Observation,
  Reserve,
} from '../../../functions/fleet/ledger/port';

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

/** A hold in group `web`, of the given revision, with nothing that it can be without. */
export function holdOf(instanceId: string, revision = 1, more: Partial<Hold> = {}): Hold {
  return {
    group: 'web',
    instanceId,
    revision,
    execution: `arn:run:${instanceId}`,
    redrive: 0,
    state: 'Deploy',
    error: 'BuildFailed',
    reason: 'deploy-web #42: FAILURE\nmake: *** [all] Error 2',
    failedAt: at(30),
    report: { state: 'sending', at: at(31) },
    ...more,
  };
}

/** A reserve of group `web`, of the given revision, with nothing that it can be without. */
export function reserveOf(instanceId: string, revision = 1, more: Partial<Reserve> = {}): Reserve {
  return {
    group: 'web',
    instanceId,
    revision,
    execution: `arn:run:${instanceId}`,
    phase: 'warming',
    builds: {},
    ...more,
  };
}

/** The breaker of group `web`, of the given revision, closed. */
export function breakerOf(revision = 1, more: Partial<Breaker> = {}): Breaker {
  return { group: 'web', revision, failed: [], ...more };
}

/** An observation of group `web`, of the given revision. */
export function observationOf(key: string, revision = 1, more: Partial<Observation> = {}): Observation {
  return { group: 'web', key, revision, at: at(5), value: '', ...more };
}

/** Who `claimOf('i-a', 1)` makes a holder. */
export const webOne: Holder = { group: 'web', instanceId: 'i-a', index: 1 };

/** A record's trace of a build. */
export const build = {
  trace: { phase: 'posting', requestedAt: at(1), postedAt: at(2), firstPossibleNumber: 42 },
} as const;
