import { NamedError } from '../../functions/shared/named-error';

/** Thrown for a command line with a mistake; the message says what to change. Exit code 2. */
export class UsageInvalid extends NamedError<'UsageInvalid'> {
  constructor(message: string) {
    super('UsageInvalid', message, { fault: 'operator' });
  }
}

/** Thrown where a command could not look: no credentials, no permission, no network, no such file. Exit code 3. */
export class CannotLook extends NamedError<'CannotLook'> {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super('CannotLook', message, { fault: 'operator', ...options });
  }
}
