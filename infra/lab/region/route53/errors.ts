import { ServiceError } from '../base/service-error';

/**
 * A batch that was refused, with every reason.
 *
 * All of them stand in one `message`, in brackets. `messages` is modelled too, yet Route 53's XML fills only
 * `Message`, and the SDK (3.1169) makes an empty list of the other: read `message`.
 */
export class InvalidChangeBatch extends ServiceError {
  readonly messages: readonly string[] = [];

  constructor(reasons: readonly string[]) {
    super({ code: 'InvalidChangeBatch', message: `[${reasons.join(', ')}]` });
  }
}

export function invalidInput(message: string): ServiceError {
  return new ServiceError({ code: 'InvalidInput', message });
}

export function priorRequestNotComplete(): ServiceError {
  return new ServiceError({
    code: 'PriorRequestNotComplete',
    message: 'The request was rejected because Route 53 was still processing a prior request.',
  });
}

export function noSuchHostedZone(id: string): ServiceError {
  return new ServiceError({
    code: 'NoSuchHostedZone',
    message: `No hosted zone found with ID: ${id}`,
    status: 404,
  });
}

export function noSuchChange(id: string): ServiceError {
  return new ServiceError({
    code: 'NoSuchChange',
    message: `Could not find resource with ID: ${id}`,
    status: 404,
  });
}
