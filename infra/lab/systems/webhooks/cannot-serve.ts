import { NamedError } from '../../../../functions/shared/named-error';

/** Thrown where this machine does not let the webhooks run; the message says what to change. */
export class CannotServe extends NamedError<'CannotServe'> {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super('CannotServe', message, { fault: 'operator', ...options });
  }
}
