import type { BuildEnd, BuildStatus } from '../../ports/jenkins';
import type { Build } from './models';
import { buildUrl, type JobPlace } from './transport/urls';

export function runningStatus(build: Build, job: JobPlace, now: Date): BuildStatus {
  const elapsedMs = build.startedAtMs === undefined ? 0 : Math.max(0, now.getTime() - build.startedAtMs);
  return {
    state: 'running',
    number: build.number,
    url: buildUrl(job, build.number),
    elapsedMs,
    ...(build.estimatedMs !== undefined && { estimatedMs: build.estimatedMs }),
  };
}

export function finishedStatus(build: Build, result: string, job: JobPlace, logTail: string | undefined) {
  return {
    state: 'finished' as const,
    number: build.number,
    url: buildUrl(job, build.number),
    result,
    durationMs: build.durationMs,
    ...(logTail !== undefined && { logTail }),
  } satisfies BuildStatus;
}

export function lostStatus(reason: string) {
  return { state: 'lost' as const, reason } satisfies BuildStatus;
}

/** With a warning, while Jenkins says why there is no build yet. */
export function warning(status: BuildStatus, text: string): BuildStatus {
  if (text === '') return status;
  if (status.state === 'queued') return { ...status, why: `${status.why} (warning: ${text})` };
  return status.state === 'unconfirmed' ? { ...status, reason: `${status.reason} (warning: ${text})` } : status;
}

/** Removes the credentials from any text of Jenkins that others may read. */
export function redacted(status: BuildStatus, redact: (text: string) => string): BuildStatus {
  if ('reason' in status) return { ...status, reason: redact(status.reason) };
  if ('why' in status) return { ...status, why: redact(status.why) };
  if ('logTail' in status) return { ...status, logTail: redact(status.logTail) };
  return status;
}

export function redactedEnd(end: BuildEnd, redact: (text: string) => string): BuildEnd {
  if (end.state === 'ending') return { ...end, reason: redact(end.reason) };
  return end.status.state === 'lost' ? { ...end, status: lostStatus(redact(end.status.reason)) } : end;
}
