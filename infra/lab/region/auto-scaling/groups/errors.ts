import { ServiceError, validationError } from '../../base/service-error';

// Auto Scaling reports nearly everything under this one, unmodelled code.
export { validationError };

/** One text for many causes: completed already, timed out, the instance is gone, or it does not wait yet. */
export function noActiveAction(by: { token: string } | { instanceId: string }): ServiceError {
  const what = 'token' in by ? `token ${by.token}` : `instance ID ${by.instanceId}`;
  return validationError(`No active Lifecycle Action found with ${what}`);
}

export function groupNotFound(): ServiceError {
  return validationError('AutoScalingGroup name not found - null');
}

export function groupHasInstances(): ServiceError {
  const message =
    'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.';
  return new ServiceError({ code: 'ResourceInUse', message });
}

export function groupIsBusy(): ServiceError {
  const message =
    'You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.';
  return new ServiceError({ code: 'ScalingActivityInProgress', message });
}

export function invalidNextToken(): ServiceError {
  return new ServiceError({ code: 'InvalidNextToken', message: 'The token is not valid.' });
}
