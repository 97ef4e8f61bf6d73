import { ServiceError } from '../base/service-error';

export function malformed(id: string): ServiceError {
  const expected = id.startsWith('i-') ? '' : ' (expecting "i-...")';
  return new ServiceError({ code: 'InvalidInstanceID.Malformed', message: `Invalid id: "${id}"${expected}` });
}

export function instanceNotFound(ids: readonly string[]): ServiceError {
  const message =
    ids.length === 1
      ? `The instance ID '${ids.join()}' does not exist`
      : `The instance IDs '${ids.join(', ')}' do not exist`;
  return new ServiceError({ code: 'InvalidInstanceID.NotFound', message });
}

export function invalidValue(message: string): ServiceError {
  return new ServiceError({ code: 'InvalidParameterValue', message });
}

export function invalidCombination(message: string): ServiceError {
  return new ServiceError({ code: 'InvalidParameterCombination', message });
}

export function missingParameter(name: string): ServiceError {
  return new ServiceError({
    code: 'MissingParameter',
    message: `The request must contain the parameter ${name}`,
  });
}

export function tagLimitExceeded(): ServiceError {
  return new ServiceError({
    code: 'TagLimitExceeded',
    message: 'The maximum number of Tags for a resource has been reached.',
  });
}

export function unauthorized(action: string): ServiceError {
  const message = `You are not authorized to perform this operation. User is not authorized to perform: ${action} because no identity-based policy allows the ${action} action. Encoded authorization failure message: AbCd`;
  return new ServiceError({ code: 'UnauthorizedOperation', message, status: 403 });
}

/** Why a launch was refused, for instance `InsufficientInstanceCapacity`. */
export function launchRefused(message: string): ServiceError {
  return new ServiceError({ code: 'InsufficientInstanceCapacity', message, status: 500 });
}
