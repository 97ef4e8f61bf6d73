import { ServiceError } from '../service-error';

export function invalidTarget(message: string): ServiceError {
  return new ServiceError({ code: 'InvalidTarget', name: 'InvalidTargetException', message });
}

export function notRunning(ids: readonly string[]): ServiceError {
  const list = ids.map((id) => `'${id}'`).join(', ');
  return invalidTarget(`The following targets are not in a running state and cannot be registered: ${list}`);
}

export function otherVpc(ids: readonly string[], vpcId: string): ServiceError {
  const list = ids.map((id) => `'${id}'`).join(', ');
  return invalidTarget(`The following targets are not in the target group VPC '${vpcId}': ${list}`);
}

export function targetGroupNotFound(): ServiceError {
  return new ServiceError({
    code: 'TargetGroupNotFound',
    name: 'TargetGroupNotFoundException',
    message: 'One or more target groups not found',
  });
}

export function invalidArn(arn: string): ServiceError {
  return new ServiceError({ code: 'ValidationError', message: `'${arn}' is not a valid target group ARN` });
}

export function tooManyTargets(): ServiceError {
  return new ServiceError({
    code: 'TooManyTargets',
    name: 'TooManyTargetsException',
    message: 'The target group has reached its limit of 1000 targets',
  });
}

export function validation(message: string): ServiceError {
  return new ServiceError({ code: 'ValidationError', message });
}
