import { systemClock } from '../../../shared/runtime';
import type { ClientContext, Tunables } from './client';
import { createHttp } from './transport/http';
import type { JenkinsOptions } from './options';
import { parseBaseUrl } from './transport/urls';

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
