import { messageOf, nameOf } from '../../functions/shared/aws-errors';

const connection = 'ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH';

/** Whether it says that the other side was not reached, or did not answer. */
export function isConnectionError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // The SDK may have put it into an error of its own, which has only the text of it.
  const isInText = new RegExp(`\\b(connect|getaddrinfo|read|write) (${connection})\\b`).test(messageOf(error));
  return (
    isInText || new RegExp(`^(${connection})$`).test(code) || /^(TimeoutError|NetworkingError)$/.test(nameOf(error))
  );
}
