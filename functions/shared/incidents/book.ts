import type { Letter, Section, Severity } from '../notify/letter';

/** Something seen: an incident is opened by it, or continues. Its texts may be an attacker's: letters make them safe. */
export interface IncidentObservation {
  /** Which incident it belongs to: `AUTH-BRUTE-IP|examplecluster|198.51.100.7`. Begins with the rule. */
  readonly key: string;
  readonly severity: Severity;
  readonly title: string;
  /** Where it is (a cluster), for the subject of a mail that has nothing else. */
  readonly where?: string;
  /** The newest details; they replace those of before. */
  readonly facts: Section['facts'];
  readonly next?: string;
  readonly tell: 'at-once' | 'digest';
  /** How many things were seen, added to those before. */
  readonly count: number;
  /** There may be more than `count`: not all could be counted. */
  readonly atLeast?: true;
  /** When the first and the last of them happened, ms. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** An incident that is open, or closed while no mail has said so yet. */
export interface Incident extends IncidentObservation {
  /** Of key and number: another incident of the same key has another. */
  readonly id: string;
  /** When it was opened, and last changed, by our clock, ms. */
  readonly openedAt: number;
  readonly changedAt: number;
  /** What people know of it: nothing before the first mail. */
  readonly told?: {
    readonly at: number;
    readonly count: number;
    readonly severity: Severity;
    readonly closing?: true;
    /** The first letter about it. */
    readonly thread?: string;
  };
  readonly closed?: { readonly at: number; readonly note: string; readonly tell: IncidentObservation['tell'] };
}

/** A letter on its way. */
export interface QueuedLetter {
  readonly letter: Letter;
  readonly since: number;
  readonly attempts: number;
  /** Not before: after a failure, or while it is being sent. */
  readonly notBefore: number;
  readonly leased: boolean;
  /** It may have arrived: nothing said that it did not. */
  readonly maybeSent: boolean;
}

/** All that is known: one document, changed as a whole. */
export interface Book {
  readonly system: string;
  readonly incidents: Readonly<Record<string, Incident>>;
  readonly outbox: readonly QueuedLetter[];
  /** Numbers incidents and letters. */
  readonly sequence: number;
  /** When letters were made within the last day, ms, oldest first; never more than the daily cap. */
  readonly made: readonly number[];
  readonly lastDigest: number;
  readonly lastProof: number;
  /** What was looked at since the last proof of life, and how many incidents opened. */
  readonly seen: Readonly<Record<string, number>>;
  readonly opened: number;
}

export interface Policy {
  readonly digestMs: number;
  /** A letter about the growth of one incident is written at most this often. */
  readonly updateMs: number;
  /** Without news for so long it is closed. */
  readonly quietMs: number;
  readonly perHour: number;
  readonly perDay: number;
  /** At which time of the day (UTC, ms after midnight) the proof of life is sent. */
  readonly proofAt: number;
  /** How a moment is shown besides UTC. */
  readonly timeZone?: string;
}

const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
/** A mail that is sent later than this after its report (5 minutes) says that it is late. */
export const lateAfterMs = 5 * minute;

export const defaultPolicy: Policy = {
  digestMs: 15 * minute,
  updateMs: hour,
  quietMs: day,
  perHour: 20,
  perDay: 100,
  proofAt: 7 * hour,
};

export function emptyBook(system: string, at: number): Book {
  return {
    system,
    incidents: {},
    outbox: [],
    sequence: 0,
    made: [],
    lastDigest: at,
    lastProof: at,
    seen: {},
    opened: 0,
  };
}
