// Predicates on errors of AWS SDK clients. Codes are spelled as the services send them: one condition has many names
// across AWS.

const throttling = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException', // of SNS, which says it by its class's name or by its code
  'Throttled',
  'KMSThrottlingException',
  'KMSThrottling',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'RateExceeded',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceededException',
  'BandwidthLimitExceeded',
  'SlowDown',
  'ExecutionLimitExceeded',
]);

const connection = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

const transient = new Set([
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'ServiceUnavailable',
  'HealthUnavailable',
  'ResourceContention',
]);

const contention = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** The request was throttled; the same request can succeed later. */
export function isThrottled(error: unknown): boolean {
  return throttling.has(nameOf(error));
}

/**
 * A DynamoDB transaction met another one, or the table's limits: nothing was written, the same one can succeed later.
 * The SDK does not try a cancelled transaction again by itself.
 */
export function isTransactionContended(error: unknown): boolean {
  if (['TransactionConflictException', 'TransactionInProgressException'].includes(nameOf(error))) return true;
  const isCancelled = nameOf(error) === 'TransactionCanceledException';
  return isCancelled && cancellationCodes(error).some((code) => contention.has(code));
}

/** The service, or the connection to it, failed; the same request can succeed later. */
export function isUnavailable(error: unknown): boolean {
  const status = statusOf(error);
  return (status !== undefined && status >= 500) || transient.has(nameOf(error)) || connection.has(codeOf(error));
}

/** EC2 does not know the instance: it never was, is long gone, or is too new to be seen everywhere. */
export function isInstanceNotFound(error: unknown): boolean {
  return nameOf(error) === 'InvalidInstanceID.NotFound';
}

const unauthorized = new Set([
  'UnauthorizedOperation',
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError', // of SNS
  'AuthorizationErrorException',
  'KMSAccessDenied', // of the key that encrypts a table, a parameter, a secret or a topic
  'KMSAccessDeniedException',
]);

/** IAM did not allow the call. */
export function isUnauthorized(error: unknown): boolean {
  return unauthorized.has(nameOf(error));
}

/** The resource would have more than 50 tags, not counting those of AWS. */
export function isTagLimitExceeded(error: unknown): boolean {
  return nameOf(error) === 'TagLimitExceeded';
}

/** The service refuses the request as it is: it will refuse the same request again. */
export function isRefused(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && status >= 400 && status < 500 && !isThrottled(error);
}

/** Auto Scaling has no such action: completed, timed out, gone or not waiting. Its code is the general one. */
export function isNoActiveLifecycleAction(error: unknown): boolean {
  return isLifecycleActionRefused(error) && /no active lifecycle action/i.test(messageOf(error));
}

/** Auto Scaling has no group of that name (any more). */
export function isGroupNotFound(error: unknown): boolean {
  return isLifecycleActionRefused(error) && /autoscalinggroup name not found/i.test(messageOf(error));
}

// Auto Scaling refuses a lifecycle action in many texts: its group is gone ("AutoScalingGroup name not found"), its hook, …
/** Auto Scaling refuses a lifecycle action; whether anything still waits, the instance's state tells. */
export function isLifecycleActionRefused(error: unknown): boolean {
  return nameOf(error) === 'ValidationError';
}

/** Step Functions has had an execution of that name. */
export function isExecutionAlreadyExists(error: unknown): boolean {
  return nameOf(error) === 'ExecutionAlreadyExists';
}

/** The execution runs, has succeeded, or is too old or too long to be redriven. */
export function isNotRedrivable(error: unknown): boolean {
  return nameOf(error) === 'ExecutionNotRedrivable';
}

/** The execution is not known (any more): Step Functions forgets one 90 days after its end. */
export function isExecutionNotFound(error: unknown): boolean {
  return nameOf(error) === 'ExecutionDoesNotExist';
}

/** The hosted zone is being changed by another request; the same one can succeed in a moment. */
export function isZoneBusy(error: unknown): boolean {
  return nameOf(error) === 'PriorRequestNotComplete';
}

/** The change batch was refused, for any reason: nothing was changed. */
export function isInvalidChangeBatch(error: unknown): boolean {
  return nameOf(error) === 'InvalidChangeBatch' || listOfMessages(error) !== undefined;
}

// What Route 53 says where the zone is not as the request takes it to be. It says nothing else in some of these forms.
const races = [
  /Tried to \w+ (?:(?! but )[^])*? but (?:it already exists|it was not found|(?:the values provided )?do not match the current values)/g,
  /RRSet of type\s+\S+ with DNS name \S+ is not permitted (?:because a|as it) conflict[^,]*?same DNS name(?: already exists)?(?: in zone [^\s,\]]+)?/g,
  /RRSet with DNS name (?:(?! but )[^])*? cannot be created (?:as|because) (?:other|an?) [\w ]*?RRSets? (?:exists? with the same name and type|with the same name[\w, ]*? already exists?)\.?/gi,
];

/**
 * The batch was refused only because the zone has changed: a record exists already, is gone or has changed, or a CNAME is
 * at the name. After reading again, another batch can succeed. A refusal without a reason (the SDK loses some) counts
 * as this, too.
 */
export function isChangeOutdated(error: unknown): boolean {
  if (!isInvalidChangeBatch(error)) return false;
  return !/\w/.test(races.reduce((rest, race) => rest.replaceAll(race, ''), refusedChanges(error)));
}

/** What does not fit, with the names of the records. */
export function refusedChanges(error: unknown): string {
  const message = messageOf(error);
  return [...(message === 'UnknownError' ? [] : [message]), ...(listOfMessages(error) ?? [])].join(' ').trim();
}

/**
 * This one error Route 53 also sends in a form of its own, `<InvalidChangeBatch><Messages><Message>`, for which the SDK
 * has no name, and whose messages it leaves as they were parsed.
 */
function listOfMessages(error: unknown): readonly string[] | undefined {
  if (!(error instanceof Error)) return undefined;
  const { messages, Messages } = error as { messages?: unknown; Messages?: unknown };
  return messages === undefined && Messages === undefined ? undefined : textsIn([messages, Messages]);
}

function textsIn(parsed: unknown): string[] {
  if (typeof parsed === 'string') return [parsed];
  return typeof parsed === 'object' && parsed !== null ? Object.values(parsed).flatMap(textsIn) : [];
}

/** There is no such hosted zone, or it does not take the record. */
export function isZoneUnusable(error: unknown): boolean {
  if (isInvalidChangeBatch(error)) return !isChangeOutdated(error);
  return ['NoSuchHostedZone', 'InvalidInput', 'MalformedInput', 'LimitsExceeded'].includes(nameOf(error));
}

/** There is no hosted zone of that id (any more). */
export function isZoneMissing(error: unknown): boolean {
  return nameOf(error) === 'NoSuchHostedZone';
}

/** Route 53 does not know the change: it keeps the recent ones only. */
export function isChangeUnknown(error: unknown): boolean {
  return nameOf(error) === 'NoSuchChange';
}

/** The target is not valid because ELB accepts an instance only while it is running. */
export function isTargetNotRunning(error: unknown): boolean {
  return isInvalidTarget(error) && /not in a running state/i.test(messageOf(error));
}

/** The target does not fit the target group (another VPC, another type). */
export function isInvalidTarget(error: unknown): boolean {
  return ['InvalidTarget', 'InvalidTargetException'].includes(nameOf(error));
}

/** The target group cannot hold this id, because of its type or address type; or its ARN is invalid. */
export function isTargetRefusedByType(error: unknown): boolean {
  return ['ValidationError', 'ValidationErrorException', 'ValidationException'].includes(nameOf(error));
}

const full = /^TooMany(Targets|RegistrationsForTargetId|UniqueTargetGroupsPerLoadBalancer)(Exception)?$/;

/** The target group, or the load balancers of the target, have no room for it. */
export function isTargetGroupFull(error: unknown): boolean {
  return full.test(nameOf(error));
}

export function isTargetGroupNotFound(error: unknown): boolean {
  return ['TargetGroupNotFound', 'TargetGroupNotFoundException'].includes(nameOf(error));
}

/** The target group is gone, or can never have this target: the target is not and cannot be registered there. */
export function cannotHaveTarget(error: unknown): boolean {
  return isTargetGroupNotFound(error) || isInvalidTarget(error) || isTargetRefusedByType(error);
}

/** There is no SSM parameter of that name. */
export function isParameterNotFound(error: unknown): boolean {
  return nameOf(error) === 'ParameterNotFound';
}

/** The message of what was thrown, also of an error of another realm (a native module's); else the value as text. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

function cancellationCodes(error: unknown): string[] {
  const reasons: unknown = error instanceof Error && 'CancellationReasons' in error ? error.CancellationReasons : [];
  return Array.isArray(reasons) ? (reasons as { Code?: string }[]).flatMap(({ Code }) => Code ?? []) : [];
}

/** The name of an error; of another thrown value the empty string. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  return typeof metadata === 'object' &&
    metadata !== null &&
    'httpStatusCode' in metadata &&
    typeof metadata.httpStatusCode === 'number'
    ? metadata.httpStatusCode
    : undefined;
}
