import type { Target } from '../../contracts/target';
import type { TargetIncident } from './incident';
import type { Points } from './points';
import type { TargetState } from './target';

/** What the judge goes by. */
export interface JudgeConfig {
  readonly regions: readonly string[];
  readonly targets: readonly Pick<Target, 'id' | 'intervalSeconds' | 'quorum' | 'maintenance'>[];
  readonly minimumFresh?: number | undefined;
}

export interface RegionRecord {
  /** Of its newest run. */
  readonly slot: number;
  /** Its clock against home's, where they differ by more than 5 s. */
  readonly skewSeconds: number | null;
}

export interface CertificateRecord {
  readonly target: string;
  readonly notAfter: string;
  readonly warns: number;
}

/**
 * All that the judge knows. Plain data, stored as it is; what there is of each target has a document of its own. Those are
 * in maps: a thousand of them are copied with each report, and an object of a thousand keys is copied ten times as slowly.
 */
export interface JudgeState {
  readonly targets: ReadonlyMap<string, TargetState>;
  readonly regions: Readonly<Record<string, RegionRecord>>;
  /** By key and end, so that regions and targets that show one certificate are warned of once. */
  readonly certificates: Readonly<Record<string, CertificateRecord>>;
  /** When it judged first: what was before is not missed. Seconds, as all here. */
  readonly startedAt: number | null;
  /** When it last judged, and until when it only catches up and says nothing. */
  readonly judgedAt: number | null;
  readonly quietUntil: number;
  readonly told: ReportedState;
  /** Regions that were suspect when all targets were looked at last: of some targets alone that cannot be said. */
  readonly suspects: readonly string[];
  /** How long looks that were up took: by target, then region. Oldest first, for the page alone. */
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

/** `suspect`: most targets are down for it alone, so it is likely the region itself. `silent`: nothing fresh from it. */
export type RegionStanding = 'ok' | 'suspect' | 'silent';

/** What was reported: so the same is not reported twice. */
export interface ReportedState {
  /** By target: the incident that is open for people, with when they last heard of it. */
  readonly incidents: Readonly<Record<string, ReportedIncident>>;
  readonly regions: Readonly<Record<string, RegionStanding>>;
  /** By region, of those that were not as they should be lately. */
  readonly troubles?: Readonly<Record<string, RegionTrouble>>;
  readonly certificates: Readonly<Record<string, number>>;
}

/** What makes a region that comes and goes quiet. */
export interface RegionTrouble {
  /** Since when it stands otherwise than people know; `null` where it does not. */
  readonly since: number | null;
  /** When a problem of it was reported: within a day. */
  readonly told: readonly number[];
}

export interface ReportedIncident {
  /** The incident's begin that people know it by; what comes late may move the begin itself. */
  readonly since: number;
  readonly kind: TargetIncident['kind'];
  readonly flapping: boolean;
  readonly at: number;
  /** It was an outage only by the votes of suspect regions, and people know of a regional problem. */
  readonly onlyDegraded?: boolean;
  /** False once it is over: it stays, so that what is past is not reported again. */
  readonly open: boolean;
  /** Silences that were reported: each makes the next one wait longer. */
  readonly silences?: readonly SilenceRecord[];
  /** The open one: no region at all was heard when it was reported. */
  readonly isTotal?: boolean;
}

export interface SilenceRecord {
  /** When it was over. */
  readonly at: number;
  readonly isTotal: boolean;
  /** There was none: the messages were late. */
  readonly isLate: boolean;
}
