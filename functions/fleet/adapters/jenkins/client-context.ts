import { systemClock, type Clock } from '../../../shared/runtime';
import { createHttp, type JenkinsSession } from './transport/http';
import type { JenkinsOptions } from './options';
import { parseBaseUrl } from './transport/urls';

export interface LogLimits {
  readonly bytes: number;
  readonly lines: number;
}

/** Times and sizes; `createJenkins` says what they mean. */
export interface Tunables {
  readonly requestTimeoutMs: number;
  readonly lookUpAgainAfterMs: number;
  readonly postMarginMs: number;
  readonly refusalLimitMs: number;
  readonly log: LogLimits;
}

/** What a call works with. */
export interface ClientContext {
  readonly base: string;
  readonly session: JenkinsSession;
  readonly clock: Clock;
  readonly tunables: Tunables;
}

/** What the calls of one client work with; each gets a session of its own. */
export function contextOpener(options: JenkinsOptions): () => ClientContext {
  const base = parseBaseUrl(options.url);
  const tunables: Tunables = {
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
    lookUpAgainAfterMs: options.lookUpAgainAfterMs ?? 5_000,
    postMarginMs: options.postMarginMs ?? 5_000,
    refusalLimitMs: options.refusalLimitMs ?? 600_000,
    log: { bytes: options.logBytes ?? 8 * 1024, lines: options.logLines ?? 10 },
  };
  const { requestTimeoutMs } = tunables;
  const http = createHttp(options.credentials, { ca: options.ca, requestTimeoutMs, transport: options.transport });
  const clock = options.clock ?? systemClock;
  return () => ({ base, session: http.open(), clock, tunables });
}
