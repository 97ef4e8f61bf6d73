import { NamedError, type Fault } from '../../shared/named-error';

/** As in the fleet: what `waits` is retried by its state, what `fails` stops the execution until a person acts. */
export const loadErrors = {
  Throttled: { kind: 'waits', fault: 'environment', means: 'AWS asked to slow down' },
  AwsUnavailable: {
    kind: 'waits',
    fault: 'environment',
    means: 'an AWS API did not answer, or had a fault of its own',
  },
  LoadRunning: { kind: 'waits', fault: 'environment', means: 'the warehouse has not finished the load yet' },
  LedgerPending: { kind: 'waits', fault: 'environment', means: 'the warehouse has not said yet what its ledger holds' },
  WarehouseBusy: { kind: 'waits', fault: 'environment', means: 'the warehouse takes no further statement now' },
  InputRefused: { kind: 'fails', fault: 'bug', means: 'the input of the step is not what the state machine promises' },
  LoadFailed: {
    kind: 'fails',
    fault: 'operator',
    means: 'the warehouse refused the load for a reason that is not in the data',
  },
  TableUnknown: { kind: 'fails', fault: 'operator', means: 'no route writes to the table' },
} as const satisfies Record<string, { kind: 'waits' | 'fails'; fault: Fault; means: string }>;

export type LoadErrorName = keyof typeof loadErrors;

/** What a step of `load-batch` throws. */
export class LoadError extends NamedError<LoadErrorName> {
  constructor(name: LoadErrorName, message: string, options: { readonly cause?: unknown } = {}) {
    super(name, message, { fault: loadErrors[name].fault, ...options });
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
