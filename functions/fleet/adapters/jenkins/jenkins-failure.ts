import { StepError, type StepErrorName } from '../../contracts/errors';

/**
 * What went wrong, before it is known what that means for the caller:
 * - `unavailable`: down, restarting or out of reach; waiting helps
 * - `misconfigured`: waiting does not help
 * - `refused`: "no such thing" or "not for you". At first contact that is a mistake in the settings; once the request
 *   is known to Jenkins it may be a blip of its user directory, and is put up with for a while
 * - `faulty`: a 500 of Jenkins itself (the same blip, a bug, or a server too old), a host that DNS does not have, what
 *   is no HTTP. Put up with for a while, always
 */
export type JenkinsFailureKind = 'unavailable' | 'misconfigured' | 'refused' | 'faulty';

/** Stays inside this adapter: `advance` turns it into a StepError. Its cause holds no header, URL or request. */
export class JenkinsFailure extends Error {
  readonly kind: JenkinsFailureKind;

  constructor(kind: JenkinsFailureKind, message: string, options: { cause?: Error } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'JenkinsFailure';
    this.kind = kind;
  }
}

/** How a failure is reported, and since when it lasts if that has to be remembered. */
export interface StepErrorDecision {
  readonly name: Extract<StepErrorName, 'JenkinsUnavailable' | 'JenkinsMisconfigured'>;
  readonly message: string;
  readonly refusedSince?: string;
}

interface FailureContext {
  /** Whether a request may already be with Jenkins. */
  readonly isKnown: boolean;
  /** Since when it has been refused without a break, if it has (ISO 8601). */
  readonly refusedSince: string | undefined;
  readonly now: Date;
}

/** @param limitMs how long refusals are put up with. */
export function judgeFailure(
  { kind, message }: JenkinsFailure,
  { isKnown, refusedSince, now }: FailureContext,
  limitMs: number,
): StepErrorDecision {
  if (kind === 'misconfigured') return { name: 'JenkinsMisconfigured', message };
  if (kind === 'unavailable') return { name: 'JenkinsUnavailable', message };
  if (!isKnown && kind !== 'faulty') return { name: 'JenkinsMisconfigured', message };

  const since = refusedSince ?? now.toISOString();
  const over = now.getTime() - Date.parse(since) >= limitMs;
  return {
    name: over ? 'JenkinsMisconfigured' : 'JenkinsUnavailable',
    message: `${message} (since ${since}; tolerated for ${Math.round(limitMs / 60_000)} min)`,
    refusedSince: since,
  };
}

/** A mistake in how the client was set up: found before anything is sent. */
export function setupMistake(message: string): StepError {
  return new StepError('JenkinsMisconfigured', message);
}
