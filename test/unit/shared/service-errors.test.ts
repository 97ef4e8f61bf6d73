import {
  deadlyErrors,
  explainServiceError,
  lastingErrors,
  passingErrors,
} from '../../../functions/shared/lambda/service-errors';

// All errors of Lambda's Invoke (API reference), as Step Functions reports them.
const ofInvoke = `CodeArtifactUserDeleted CodeArtifactUserFailed CodeArtifactUserPending
  DurableExecutionAlreadyStarted ENINotReady ModeNotSupported S3FilesMountConnectivity S3FilesMountFailure S3FilesMountTimeout
  EC2AccessDenied EC2Throttled EC2Unexpected EFSIO EFSMountConnectivity EFSMountFailure EFSMountTimeout
  ENILimitReached InvalidParameterValue InvalidRequestContent InvalidRuntime InvalidSecurityGroupID InvalidSubnetID
  InvalidZipFile KMSAccessDenied KMSDisabled KMSInvalidState KMSNotFound NoPublishedVersion RecursiveInvocation
  RequestTooLarge ResourceConflict ResourceNotFound ResourceNotReady SerializedRequestEntityTooLarge Service SnapStart
  SnapStartNotReady SnapStartRegenerationFailure SnapStartTimeout SubnetIPAddressLimitReached TooManyRequests UnsupportedMediaType`
  .split(/\s+/)
  .map((name) => `Lambda.${name}Exception`);

// What else Step Functions says of a Task that calls a function (developer guide, "Error handling").
const ofTasks = ['States.Timeout', 'States.Runtime', 'States.DataLimitExceeded', 'States.QueryEvaluationError'];

test.each([...ofInvoke, ...ofTasks])('%s is of one kind, and is explained', (name) => {
  expect([passingErrors, deadlyErrors, lastingErrors].filter((kind) => kind.includes(name))).toHaveLength(1);
  const { means, todo } = explainServiceError(name)!;
  expect(means).not.toContain('does not know');
  expect(todo).toContain('redrive');
});

test('a name of tomorrow is said to be one, and what is not of AWS is not explained', () => {
  expect(explainServiceError('Lambda.TomorrowException')?.means).toContain('does not know');
  expect(explainServiceError('BuildFailed')).toBeUndefined();
  expect(explainServiceError('toString')).toBeUndefined();
});
