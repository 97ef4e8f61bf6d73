import { ServiceError } from '../base/service-error';

/** SNS says which of them only in the text. */
export function invalidParameter(what: string): ServiceError {
  const message = `Invalid parameter: ${what}`;
  return new ServiceError({ code: 'InvalidParameter', name: 'InvalidParameterException', message });
}

export function topicNotFound(): ServiceError {
  return new ServiceError({
    code: 'NotFound',
    name: 'NotFoundException',
    message: 'Topic does not exist',
    status: 404,
  });
}
