import type { Target } from '../../contracts/target';
import type { TargetIncident } from './incident';
import type { Points } from './points';
import type { TargetState } from './target';

/** The part of the configuration that the judge needs. */
export interface JudgeConfig {
  readonly regions: readonly string[];
  readonly targets: readonly Pick<Target, 'id' | 'intervalSeconds' | 'quorum' | 'maintenance'>[];
  readonly minimumFresh?: number | undefined;
}

export interface RegionRecord {
  /** Of its newest run. */
  readonly slot: number;
  /** By how much its clock is ahead of home's; `null` within 5 s. */
  readonly skewSeconds: number | null;
}

export interface CertificateRecord {
  readonly target: string;
  readonly notAfter: string;
  readonly warns: number;
}

/**
 * All that the judge knows, as plain data. Each target is stored in a document of its own. Targets are in maps, since they are
 * copied with each report and copying an object of a thousand keys takes ten times as long.
 */
export interface JudgeState {
  readonly targets: ReadonlyMap<string, TargetState>;
  readonly regions: Readonly<Record<string, RegionRecord>>;
  /** By public key and end: a certificate that several targets show, or several regions see, is warned of once. */
  readonly certificates: Readonly<Record<string, CertificateRecord>>;
  /** When it judged first, in seconds as all times here: data from before is not missed. */
  readonly startedAt: number | null;
  /** When it last judged, and until when it only catches up and says nothing. */
  readonly judgedAt: number | null;
  readonly quietUntil: number;
  readonly told: ReportedState;
  /** The suspect regions as of the last time that all targets were looked at: some targets alone cannot tell. */
  readonly suspects: readonly string[];
  /** How long successful looks took, by target and region; for the status page only. */
  readonly latency: ReadonlyMap<string, Latencies>;
}

/** By region. */
export type Latencies = Readonly<Record<string, Points>>;

export const newJudge: JudgeState = {
  targets: new Map(),
  regions: {},
  certificates: {},
  startedAt: null,
  judgedAt: null,
  quietUntil: 0,
  told: { incidents: {}, regions: {}, certificates: {} },
  suspects: [],
  latency: new Map(),
};

/** `suspect`: it alone finds most targets down, so the region itself is likely in trouble. `silent`: it sends nothing fresh. */
export type RegionStanding = 'ok' | 'suspect' | 'silent';

/** What was reported already, so that nothing is reported twice. */
export interface ReportedState {
  /** By target: the last reported incident, and when it was last reported. */
  readonly incidents: Readonly<Record<string, ReportedIncident>>;
  readonly regions: Readonly<Record<string, RegionStanding>>;
  /** By region: those that were silent or suspect lately. */
  readonly troubles?: Readonly<Record<string, RegionTrouble>>;
  readonly certificates: Readonly<Record<string, number>>;
}

/** What dampens reports about a region that comes and goes. */
export interface RegionTrouble {
  /** Since when its standing differs from the reported one; `null` if it does not. */
  readonly since: number | null;
  /** When problems of it were reported within the last day, in seconds. */
  readonly told: readonly number[];
}

export interface ReportedIncident {
  /** The begin as it was reported; late votes may move the begin itself. */
  readonly since: number;
  readonly kind: TargetIncident['kind'];
  readonly flapping: boolean;
  readonly at: number;
  /** Only suspect regions saw an outage, so it was reported as a regional problem. */
  readonly onlyDegraded?: boolean;
  /** `false` once it is over; the record stays, so that it is not reported again. */
  readonly open: boolean;
  /** The silences that were reported: each makes the next report wait longer. */
  readonly silences?: readonly SilenceRecord[];
  /** Whether no region at all was heard when the open incident was reported. */
  readonly isTotal?: boolean;
}

export interface SilenceRecord {
  /** When it was over. */
  readonly at: number;
  readonly isTotal: boolean;
  /** It was no silence: its messages were late. */
  readonly isLate: boolean;
}
