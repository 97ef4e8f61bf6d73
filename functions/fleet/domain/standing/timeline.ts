import type { Breaker, HistoryEntry, Hold } from '../../ledger/port';
import type { StepVisit } from './steps';

/** The subject of a moment in a timeline. */
export type MomentKind = 'auto scaling' | 'number' | 'launch' | 'step' | 'build' | 'hold' | 'message' | 'operator';

/** One line of an instance's timeline. Times are ISO 8601 in UTC. */
export interface Moment {
  readonly at: string;
  /** When it ended; absent for an instant, and for what still lasts. */
  readonly until?: string;
  readonly kind: MomentKind;
  readonly what: string;
  readonly state: 'done' | 'failed' | 'running' | 'said';
  /** More details, perhaps many lines. */
  readonly detail?: string;
  readonly link?: string;
}

/** The sources of a timeline. */
export interface TimelineSource {
  readonly activities: readonly {
    readonly at: Date;
    readonly endedAt?: Date;
    readonly what: string;
    readonly cause: string;
    readonly status: string;
  }[];
  readonly past: readonly HistoryEntry[];
  readonly launch?: { readonly startedAt: Date; readonly status: string; readonly startedBy: string | undefined };
  readonly endedAt?: Date;
  readonly steps: readonly StepVisit[];
  readonly builds: readonly {
    readonly job: string;
    readonly number?: number;
    readonly result?: string;
    readonly url?: string;
    readonly startedAt: string;
    readonly durationMs?: number;
  }[];
  readonly hold?: Hold | undefined;
  readonly breaker?: Breaker | undefined;
}

/**
 * Everything that happened to an instance, in chronological order; events of the same instant are in the order of their
 * kinds.
 */
export function timelineOf(past: TimelineSource): Moment[] {
  const { launch, endedAt, hold, breaker } = past;
  const moments: Moment[] = [
    ...past.activities.map(ofActivity),
    ...(launch === undefined ? [] : [ofLaunch(launch)]),
    ...past.past.map(ofNumber),
    ...past.steps.flatMap(ofStep),
    ...past.builds.map(ofBuild),
    ...(launch === undefined || endedAt === undefined ? [] : [ofEnd(launch.status, endedAt)]),
    ...(hold === undefined ? [] : ofHold(hold)),
    ...(breaker?.openedAt === undefined ? [] : [ofBreaker(breaker.openedAt, breaker.failed.length)]),
  ];
  return moments
    .map((moment, order) => ({ moment, order }))
    .sort((left, right) => left.moment.at.localeCompare(right.moment.at) || left.order - right.order)
    .map(({ moment }) => moment);
}

function ofActivity({ at, endedAt, what, cause, status }: TimelineSource['activities'][number]): Moment {
  const failed = /Failed|Cancelled/.test(status);
  return {
    at: at.toISOString(),
    ...(endedAt !== undefined && { until: endedAt.toISOString() }),
    kind: 'auto scaling',
    what: `${what} (${status})`,
    state: failed ? 'failed' : endedAt === undefined ? 'running' : 'done',
    ...(cause !== '' && { detail: cause }),
  };
}

function ofLaunch({ startedAt, startedBy }: NonNullable<TimelineSource['launch']>): Moment {
  const by = {
    'lifecycle-event': 'the event of its hook',
    notification: 'a notification of its group',
    reconciler: 'the reconciler, which found it without one',
    retry: 'an operator',
  };
  const who = by[startedBy as keyof typeof by] as string | undefined;
  return {
    at: startedAt.toISOString(),
    kind: startedBy === 'retry' ? 'operator' : 'launch',
    what: `launch started by ${who ?? startedBy ?? 'an unknown hand'}`,
    state: 'said',
  };
}

function ofEnd(status: string, endedAt: Date): Moment {
  return {
    at: endedAt.toISOString(),
    kind: 'launch',
    what: `launch ${status}`,
    state: status === 'SUCCEEDED' ? 'done' : 'failed',
  };
}

function ofNumber({ at, event, name, index, reason }: HistoryEntry): Moment {
  return {
    at,
    kind: 'number',
    what: `number ${index} (${name}) ${event}`,
    state: 'said',
    ...(reason !== '' && { detail: reason }),
  };
}

function ofStep(visit: StepVisit): Moment[] {
  const { state, from, to, outcome, attempts, waitedFor, said, error, redriven } = visit;
  const waits = Object.entries(waitedFor).map(([name, times]) => (times === 1 ? name : `${name} ${times} times`));
  const tries = attempts > 1 ? `, ${attempts} attempts` : '';
  const waited = waits.length === 0 ? '' : `, ${outcome === 'failed' ? 'met' : 'waited for'} ${waits.join(', ')}`;
  const failed = outcome === 'failed' && error !== undefined ? `: ${error}` : '';
  const step: Moment = {
    at: from.toISOString(),
    ...(to !== undefined && { until: to.toISOString() }),
    kind: 'step',
    what: `${state}${outcome === 'failed' ? ` failed${failed}` : ''}${tries}${waited}`,
    state: outcome,
    ...(said !== undefined && outcome !== 'done' && { detail: said }),
  };
  if (!redriven) return [step];
  return [{ at: step.at, kind: 'operator', what: `${state} retried (redrive)`, state: 'said' }, step];
}

function ofBuild({ job, number, result, url, startedAt, durationMs }: TimelineSource['builds'][number]): Moment {
  const name = number === undefined ? job : `${job} #${number}`;
  const until = durationMs === undefined ? undefined : new Date(Date.parse(startedAt) + durationMs).toISOString();
  const good = result === 'SUCCESS' || result === 'UNSTABLE';
  return {
    at: startedAt,
    ...(until !== undefined && { until }),
    kind: 'build',
    what: `build ${name} ${result ?? (number === undefined ? 'asked for' : 'runs')}`,
    state: result === undefined ? 'running' : good ? 'done' : 'failed',
    ...(url !== undefined && { link: url }),
  };
}

function ofHold({ failedAt, endsAt, state, error, report }: Hold): Moment[] {
  const until = endsAt === undefined ? 'until an operator acts' : `until ${endsAt.replace(/\.\d+/, '')}`;
  const said = { sending: 'is being sent', sent: 'sent', unsent: 'could not be sent', unsure: 'sent, perhaps twice' };
  return [
    { at: failedAt, kind: 'hold', what: `held ${until}: ${state} failed (${error})`, state: 'said' },
    {
      at: report.at,
      kind: 'message',
      what: `message about the failure ${said[report.state]}`,
      state: report.state === 'unsent' ? 'failed' : 'said',
    },
  ];
}

function ofBreaker(openedAt: string, failed: number): Moment {
  return {
    at: openedAt,
    kind: 'hold',
    what: `the breaker of its group opened after ${failed} failures: nothing is abandoned`,
    state: 'said',
  };
}
