import { messageOf } from '../../shared/aws-errors';
import type { Reason } from '../contracts/reasons';

/** A look that found something wrong: stays inside the adapter, where it becomes a result. */
export class LookFailed extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, detail: string) {
    super(detail);
    this.name = 'LookFailed';
    this.reason = reason;
  }
}

/** The code that Node, OpenSSL or its HTTP parser gave an error. */
export function codeOf(error: unknown): string {
  // Not by `instanceof`: what comes out of a native module may be of another realm.
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
