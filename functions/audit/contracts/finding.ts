import type { RuleId } from './rules';

/** Something that a rule has found. Times are milliseconds since the epoch; texts are out of logs, and not yet safe to show. */
export interface Finding {
  readonly rule: RuleId;
  readonly cluster: string;
  /** What it is about: a user, an address, an account's number. With rule and cluster it names the incident. */
  readonly entity: string;
  /** How often, so far. */
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly summary: string;
  /** Who did it, as far as other logs tell. */
  readonly actor?: string;
  readonly from?: string;
  readonly evidence: Evidence;
  /** The rule rests on what a client has written: it may not be so. */
  readonly unverified?: true;
}

/** Where it stands. */
export interface Evidence {
  readonly object: string;
  readonly line: number;
  readonly raw: string;
}
