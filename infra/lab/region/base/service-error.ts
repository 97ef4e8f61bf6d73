interface ServiceErrorFields {
  /** The code on the wire: `InvalidTarget`. */
  readonly code: string;
  /** What the SDK calls it, where that differs: `InvalidTargetException`. */
  readonly name?: string;
  readonly message: string;
  /** Default 400. */
  readonly status?: number;
}

/**
 * An error as the AWS SDK for JavaScript v3 throws it.
 *
 * Measured by feeding AWS's XML to the real clients (test/unit/lab-region/service-error.test.ts): a modelled error
 * has its *shape's* name (`InvalidTargetException`) and the wire's code in `Code`; an unmodelled one has the code in
 * both. There is no `err.code`.
 */
export class ServiceError extends Error {
  override readonly name: string;
  readonly Code: string;
  readonly $fault: 'client' | 'server';
  readonly $metadata: { readonly httpStatusCode: number; readonly attempts: number; readonly totalRetryDelay: number };

  constructor(fields: ServiceErrorFields) {
    super(fields.message);
    const status = fields.status ?? 400;
    this.name = fields.name ?? fields.code;
    this.Code = fields.code;
    this.$fault = status >= 500 ? 'server' : 'client';
    this.$metadata = { httpStatusCode: status, attempts: 1, totalRetryDelay: 0 };
  }
}

/** The code that query APIs have for every parameter they refuse. */
export function validationError(message: string): ServiceError {
  return new ServiceError({ code: 'ValidationError', message });
}
