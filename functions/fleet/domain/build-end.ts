import type { StepErrorName } from '../contracts/errors';
import type { Release } from '../contracts/inputs';
import type { JobSettings } from '../contracts/settings';
import type { BuildEnd } from '../ports/jenkins';
import type { BuildOutcome, BuildRecord, Member } from '../ledger/port';
import { decideProgress, labelOf } from './build';

/** How long a release waits for a build that was stopped: a pipeline's `post` may take minutes. */
const stoppingMs = 5 * 60_000;

/** What was found out about an open build: what Jenkins says of it, or why it says nothing. */
export type Found =
  | BuildEnd
  /** Jenkins does not answer. Its builds go on meanwhile. */
  | { readonly state: 'unknown'; readonly reason: string }
  /** No waiting will help: its settings, the job or the access are wrong. */
  | { readonly state: 'unreachable'; readonly reason: string };

export type EndDecision =
  | { readonly action: 'over'; readonly outcome: BuildOutcome; readonly reason: string }
  | { readonly action: 'wait'; readonly as: StepErrorName; readonly reason: string }
  /** The release goes on without it. */
  | { readonly action: 'leave'; readonly outcome: BuildOutcome; readonly reason: string };

/** The builds that have no outcome. Of each job it is the last: an attempt begins only when the one before is over. */
export function openBuilds(builds: Readonly<Record<string, BuildRecord>>): [job: string, record: BuildRecord][] {
  return Object.entries(builds).filter(([, { outcome }]) => outcome === undefined);
}

/**
 * Whether a release ends the builds of the member: it has taken it over, so that no step of its launch can begin one
 * any more. With a new root volume already it has another launch, whose builds are not to be touched.
 */
export function endsBuildsOf({ phase }: Pick<Member, 'phase'>, reason: Release['reason']): boolean {
  return phase === (reason === 'root-volume' ? 'replacing' : 'releasing');
}

/** Whether a release takes away what is kept of the instance as one of the warm pool, as `free-index` does. */
export function endsBuildsOfReserve(member: Pick<Member, 'phase'> | undefined, reason: Release['reason']): boolean {
  if (reason === 'root-volume' || reason === 'to-warm-pool') return false;
  return member === undefined || member.phase === 'releasing';
}

/**
 * How long a release waits for a build, at most. It is never held for ever: a terminate hook has a deadline, and the
 * next instance needs the number. A build that may not be stopped has the time that it may run at all.
 */
export function allowedMs(job: Pick<JobSettings, 'interruptible' | 'timeoutMinutes'>): number {
  return job.interruptible ? stoppingMs : Math.max(stoppingMs, job.timeoutMinutes * 60_000);
}

/** What follows for the release from what was found out about a build that is to end. */
export function decideEnd(found: Found, job: JobSettings, record: BuildRecord, elapsedMs: number): EndDecision {
  const label = labelOf(job.job);
  if (found.state === 'over') {
    const decision = decideProgress(found.status, job, 0);
    if (decision.action === 'over') return { ...decision, reason: firstLine(decision.outcome.message) };
    return { action: 'wait', as: 'BuildEnding', reason: decision.reason };
  }
  const said = `${label}: ${found.reason}`;
  if (found.state === 'unreachable') return leave(said, record);
  const allowed = allowedMs(job);
  if (elapsedMs >= allowed) return leave(`${said}; waited for ${Math.round(allowed / 60_000)} min`, record);
  return { action: 'wait', as: found.state === 'unknown' ? 'JenkinsUnavailable' : 'BuildEnding', reason: said };
}

function leave(said: string, record: BuildRecord): EndDecision {
  const reason = `the build of ${said}: it may still run (${record.correlation})`;
  return { action: 'leave', outcome: { succeeded: false, result: 'LEFT', message: reason }, reason };
}

/** What is left behind of a member that is given up, for those who look into the history of its number. */
export function leftBehind(builds: Readonly<Record<string, BuildRecord>>): string[] {
  return Object.values(builds).flatMap(({ outcome }) => (outcome?.result === 'LEFT' ? [outcome.message] : []));
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
