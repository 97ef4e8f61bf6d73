import { commonErrors, StateError, type ErrorEntry } from '../../shared/lambda/step';
import { NamedError } from '../../shared/named-error';

/** The names that the steps of `load-batch` fail or wait under. */
export const loadErrors = {
  Throttled: commonErrors.Throttled,
  AwsUnavailable: commonErrors.AwsUnavailable,
  LoadRunning: { kind: 'waits', fault: 'environment', means: 'the warehouse has not finished the load yet' },
  LedgerPending: { kind: 'waits', fault: 'environment', means: 'the warehouse has not said yet what its ledger holds' },
  WarehouseBusy: {
    kind: 'waits',
    fault: 'environment',
    means: 'the warehouse accepts no further statement now, or has not answered one yet',
  },
  InputRefused: commonErrors.InputRefused,
  LoadFailed: {
    kind: 'fails',
    fault: 'operator',
    means: 'the warehouse refused the load for a reason that is not in the data',
  },
  TableUnfit: {
    kind: 'fails',
    fault: 'operator',
    means: 'the table does not have the columns that its route fills; nothing was loaded',
  },
  TableUnknown: { kind: 'fails', fault: 'operator', means: 'no route writes to the table' },
} as const satisfies Record<string, ErrorEntry>;

export type LoadErrorName = keyof typeof loadErrors;

/** What a step of `load-batch` throws. */
export class LoadError extends StateError<LoadErrorName> {
  constructor(name: LoadErrorName, message: string, options: { readonly cause?: unknown } = {}) {
    super(loadErrors[name], name, message, options);
  }
}

/** Thrown where the registry of routes has mistakes; all of them stand in the message. */
export class RoutesInvalid extends NamedError<'RoutesInvalid'> {
  constructor(message: string) {
    super('RoutesInvalid', message, { fault: 'operator' });
  }
}

/** Thrown by the source of secrets where it has none that can be used. */
export class SecretUnusable extends NamedError<'SecretUnusable'> {
  constructor(message: string) {
    super('SecretUnusable', message, { fault: 'operator' });
  }
}
