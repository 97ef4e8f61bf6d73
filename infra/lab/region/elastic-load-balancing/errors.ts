import { ServiceError, validationError } from '../base/service-error';
import type { IpAddressType } from './target-group';

export { validationError };

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

/** What ELB says of an id that a target group of that type cannot hold. */
export function wrongId(targetType: string, ipAddressType: string, id: string): ServiceError {
  if (targetType === 'instance') return validationError(`Instance ID '${id}' is not valid`);
  if (targetType !== 'ip') return validationError(`Target ID - ${id} is not valid`);
  return validationError(`The IP address '${id}' is not a valid ${ipAddressType === 'ipv6' ? 'IPv6' : 'IPv4'} address`);
}

export function publicAddress(id: string): ServiceError {
  return validationError(`The IP address '${id}' is not within a valid CIDR range`);
}

/** As reported for IPv6: kubernetes-sigs/aws-load-balancer-controller 3692. */
export function withoutAddress(ids: readonly string[], type: IpAddressType): ServiceError {
  const list = ids.map((id) => `'${id}'`).join(', ');
  const family = type === 'ipv6' ? 'IPv6' : 'IPv4';
  const why = `because of missing primary ${family} addresses`;
  return invalidTarget(`The following targets cannot be used with this ${family} target group ${why}: ${list}`);
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
