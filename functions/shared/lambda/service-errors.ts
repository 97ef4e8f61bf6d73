import { own } from '../own';

/**
 * The names under which Lambda and Step Functions report that a step did not run, or died: they say nothing about what
 * the step had to do. Steps may run twice and die anywhere, so to try again is always safe.
 *
 * `passes`: the step did not run, or its answer was lost, for a reason that ends by itself: retried for minutes.
 * `dies`: the function ended before it answered. The next one may live; one that dies again and again will not: retried
 * three times.
 * `lasts`: a setting of the function or of the account is wrong, and stays so until a person fixes it: not retried.
 *
 * Sources: the errors of Lambda's Invoke (API reference); Step Functions developer guide, "Error handling" and "Handle
 * transient Lambda service exceptions" (Lambda's errors are reported as `Lambda.<name>`); for `Sandbox.`, `Runtime.`,
 * `Extension.` and `Function.` the runtime interface emulator that AWS publishes, and reports of operators.
 */
const reported = {
  'Lambda.ClientExecutionTimeoutException': { kind: 'passes', means: 'Lambda did not answer in time' },
  'Lambda.ServiceException': { kind: 'passes', means: 'Lambda had a fault of its own' },
  'Lambda.AWSLambdaException': { kind: 'passes', means: 'Lambda had a fault of its own, or did not let Muster call' },
  'Lambda.SdkClientException': { kind: 'passes', means: 'the connection to Lambda broke' },
  'Lambda.TooManyRequestsException': { kind: 'passes', means: 'the account has no concurrent executions left' },
  'Lambda.ResourceNotReadyException': { kind: 'passes', means: 'the function was idle and is being woken' },
  'Lambda.ResourceConflictException': { kind: 'passes', means: 'the function is pending or being updated' },
  'Lambda.EC2ThrottledException': { kind: 'passes', means: 'EC2 asked Lambda to slow down' },
  'Lambda.EC2UnexpectedException': { kind: 'passes', means: 'EC2 gave Lambda an error of its own' },
  // Interfaces and addresses are also given back, within minutes.
  'Lambda.ENILimitReachedException': { kind: 'passes', means: "the account's network interfaces are used up" },
  'Lambda.ENINotReadyException': { kind: 'passes', means: "the function's network interface is being made" },
  'Lambda.CodeArtifactUserPendingException': { kind: 'passes', means: 'the function is being made ready' },
  'Lambda.CodeArtifactUserDeletedException': { kind: 'passes', means: 'the function is being made ready again' },
  'Lambda.SubnetIPAddressLimitReachedException': {
    kind: 'passes',
    means: "the addresses of the function's subnets are used up",
  },
  'Lambda.EFSIOException': { kind: 'passes', means: 'a file system of the function did not answer' },
  'Lambda.EFSMountConnectivityException': { kind: 'passes', means: 'a file system of the function is out of reach' },
  'Lambda.EFSMountTimeoutException': { kind: 'passes', means: 'a file system of the function did not mount in time' },
  'Lambda.S3FilesMountConnectivityException': {
    kind: 'passes',
    means: 'a file system of the function is out of reach',
  },
  'Lambda.S3FilesMountTimeoutException': {
    kind: 'passes',
    means: 'a file system of the function did not mount in time',
  },
  'Lambda.SnapStartNotReadyException': { kind: 'passes', means: 'the function is being made ready' },
  'Lambda.SnapStartRegenerationFailureException': {
    kind: 'passes',
    means: 'the snapshot of the function was not made again, and Lambda tries again',
  },
  'Lambda.SnapStartTimeoutException': {
    kind: 'passes',
    means: 'the snapshot of the function was not restored in time',
  },

  'Lambda.Unknown': { kind: 'dies', means: 'the function died without a word: a crash, or no memory left' },
  'Sandbox.Timedout': { kind: 'dies', means: 'the function ran into its time-out' },
  'Sandbox.Timeout': { kind: 'dies', means: 'the function ran into its time-out' },
  'Sandbox.Failure': { kind: 'dies', means: "the function's sandbox failed" },
  'Runtime.ExitError': { kind: 'dies', means: "the function's process ended" },
  'Runtime.OutOfMemory': { kind: 'dies', means: 'the function had no memory left' },
  'Runtime.TruncatedResponse': { kind: 'dies', means: 'the function died while it answered' },
  'Runtime.Unknown': { kind: 'dies', means: "the function's runtime failed" },
  'Function.Unknown': { kind: 'dies', means: 'the function failed without a word' },
  'Extension.Crash': { kind: 'dies', means: 'an extension beside the function died' },
  'Extension.ExitError': { kind: 'dies', means: 'an extension beside the function ended' },
  'States.Timeout': { kind: 'dies', means: "the function gave no answer within the state's time" },

  // No state has a HeartbeatSeconds, so that nothing can miss one.
  'States.HeartbeatTimeout': { kind: 'lasts', means: 'the state got a heartbeat time that no step of Muster keeps' },
  'States.Runtime': {
    kind: 'lasts',
    means: 'Step Functions cannot continue: its history is full, or a state got an input that it cannot use',
  },
  'States.QueryEvaluationError': {
    kind: 'lasts',
    means: 'an expression of the state machine fails on what it was given',
  },
  'States.DataLimitExceeded': { kind: 'lasts', means: 'a state was given, or has answered, more than 256 KiB' },
  'States.Permissions': { kind: 'lasts', means: "the state machine's role may not call the function" },
  'Lambda.ResourceNotFoundException': { kind: 'lasts', means: 'the function is gone' },
  'Lambda.EC2AccessDeniedException': { kind: 'lasts', means: "the function's role may not use its VPC" },
  'Lambda.InvalidSecurityGroupIDException': { kind: 'lasts', means: "the function's security group is gone" },
  'Lambda.InvalidSubnetIDException': { kind: 'lasts', means: "a subnet of the function's is gone" },
  'Lambda.InvalidRuntimeException': { kind: 'lasts', means: 'Lambda no longer has the runtime of the function' },
  'Lambda.InvalidZipFileException': { kind: 'lasts', means: "the function's code cannot be unpacked" },
  'Lambda.KMSAccessDeniedException': { kind: 'lasts', means: "the function's role may not use its key" },
  'Lambda.KMSDisabledException': { kind: 'lasts', means: "the function's key is disabled" },
  'Lambda.KMSInvalidStateException': { kind: 'lasts', means: "the function's key is not usable as it is" },
  'Lambda.KMSNotFoundException': { kind: 'lasts', means: "the function's key is gone" },
  'Lambda.EFSMountFailureException': { kind: 'lasts', means: 'a file system of the function does not let it mount' },
  'Lambda.S3FilesMountFailureException': {
    kind: 'lasts',
    means: 'a file system of the function does not let it mount',
  },
  'Lambda.SnapStartException': { kind: 'lasts', means: 'the function fails when its snapshot is restored' },
  'Lambda.InvalidParameterValueException': { kind: 'lasts', means: 'Lambda does not take how it is called' },
  'Lambda.InvalidRequestContentException': { kind: 'lasts', means: 'Lambda cannot read what the function is given' },
  'Lambda.UnsupportedMediaTypeException': { kind: 'lasts', means: 'Lambda cannot read what the function is given' },
  'Lambda.RequestTooLargeException': { kind: 'lasts', means: 'the function is given more than Lambda takes' },
  'Lambda.SerializedRequestEntityTooLargeException': {
    kind: 'lasts',
    means: 'the function is given more than Lambda takes',
  },
  'Lambda.CodeArtifactUserFailedException': { kind: 'lasts', means: "Lambda cannot make the function's code ready" },
  'Lambda.ModeNotSupportedException': { kind: 'lasts', means: 'the function is not of a kind that can be called so' },
  'Lambda.DurableExecutionAlreadyStartedException': {
    kind: 'lasts',
    means: 'the function was made a durable one, and has been called by that name',
  },
  'Lambda.NoPublishedVersionException': { kind: 'lasts', means: 'the function has no version that can be called' },
  'Lambda.RecursiveInvocationException': { kind: 'lasts', means: 'Lambda takes the calls for a loop and stopped them' },
  'Runtime.ImportModuleError': { kind: 'lasts', means: "the function's code cannot be loaded" },
  'Runtime.HandlerNotFound': { kind: 'lasts', means: "the function's code has no handler" },
  'Runtime.UserCodeSyntaxError': { kind: 'lasts', means: "the function's code cannot be read" },
  'Runtime.InvalidEntrypoint': { kind: 'lasts', means: 'the function cannot be started' },
  'Extension.InitError': { kind: 'lasts', means: 'an extension beside the function does not start' },
  'Extension.LaunchError': { kind: 'lasts', means: 'an extension beside the function does not start' },
} as const satisfies Record<string, { kind: 'passes' | 'dies' | 'lasts'; means: string }>;

type Kind = 'passes' | 'dies' | 'lasts';
const table: Readonly<Record<string, { readonly kind: Kind; readonly means: string } | undefined>> = reported;

function namesOf(...kinds: Kind[]): readonly string[] {
  return Object.entries(reported).flatMap(([name, { kind }]) => (kinds.includes(kind) ? [name] : []));
}

/** Those of one kind. */
export const passingErrors = namesOf('passes');
export const deadlyErrors = namesOf('dies');
export const lastingErrors = namesOf('lasts');

/** Those that every Task of the state machines retries. */
export const serviceErrors = [...passingErrors, ...deadlyErrors];

const advice: Record<Kind, string> = {
  passes: 'it was tried again for some ten minutes; redrive when Lambda is well again (AWS Health, quotas)',
  dies: "it was tried again three times; see the last lines of the function's log, then redrive",
  lasts: 'fix that, or deploy again if a person has changed the function, then redrive',
};

/**
 * What an error of Lambda or Step Functions means, and what to do about it; `undefined` for any other error.
 *
 * A name that is none of these belongs to an AWS that is newer than this list: the launch fails and is held, and the
 * name stands in the message.
 */
export function explainServiceError(name: string): { readonly means: string; readonly todo: string } | undefined {
  const known = own(table, name);
  if (known !== undefined) return { means: known.means, todo: advice[known.kind] };
  if (!/^(Lambda|Sandbox|Runtime|Function|Extension|States)\./.test(name)) return undefined;
  return {
    means: 'a name of AWS that Muster does not know',
    todo: 'every step can safely be run again: redrive; if it comes back, see the documents of Lambda and Step Functions for it',
  };
}
