import { NamedError } from '../../shared/named-error';

/** An operation that cannot be done as things stand; nothing was changed, and `message` says what to do instead. */
export class OperationRefused extends NamedError<'OperationRefused'> {
  constructor(message: string) {
    super('OperationRefused', message, { fault: 'operator' });
  }
}
