import { messageOf } from '../../shared/aws-errors';
import type { Reason } from '../contracts/reasons';

/** A look has failed. It stays inside the adapter, which makes it a result. */
export class LookFailed extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, detail: string) {
    super(detail);
    this.name = 'LookFailed';
    this.reason = reason;
  }
}

/** The code that Node, OpenSSL or the HTTP parser gave an error; empty if it has none. */
export function codeOf(error: unknown): string {
  // Not by `instanceof`: errors of native modules may come from another realm.
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

const connecting: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: 'conn_refused',
  ECONNRESET: 'conn_reset',
  EPIPE: 'conn_reset',
  ETIMEDOUT: 'conn_timeout',
  EHOSTUNREACH: 'conn_timeout',
  ENETUNREACH: 'conn_timeout',
  EADDRNOTAVAIL: 'probe_overload',
  EMFILE: 'probe_overload',
  ENFILE: 'probe_overload',
  ENOBUFS: 'probe_overload',
};

/** The failed look that an error of a connection means; an error without a known code counts as `conn_reset`. */
export function connectionFailure(error: unknown): LookFailed {
  if (error instanceof LookFailed) return error;
  const code = codeOf(error);
  return new LookFailed(connecting[code] ?? 'conn_reset', messageOf(error));
}
