import { isUnauthorized } from '../../shared/aws-errors';
import { commonErrors, StateError, type ErrorEntry } from '../../shared/lambda/step';

/** The names of the errors with which steps wait or fail. */
export const stepErrors = {
  ...commonErrors,
  // waits
  IndexContended: { kind: 'waits', fault: 'environment', means: 'other launches took the free numbers first' },
  ReleaseAwaited: {
    kind: 'waits',
    fault: 'environment',
    means: 'the instance is still giving up what it held before',
  },
  InstanceNotVisibleYet: { kind: 'waits', fault: 'environment', means: 'EC2 does not show the new instance yet' },
  TagsNotAllowedYet: {
    kind: 'waits',
    fault: 'environment',
    means: 'EC2 does not see yet that the instance belongs to the group',
  },
  TagsTurnFar: {
    kind: 'waits',
    fault: 'environment',
    means: 'the launches of a crowd share CreateTags, and this one has a while to go',
  },
  TagsTurnNear: {
    kind: 'waits',
    fault: 'environment',
    means: 'the launches of a crowd share CreateTags, and this one is tagged in less than a minute',
  },
  TurnAwaited: {
    kind: 'waits',
    fault: 'environment',
    means: 'another launch does it for all that wait, or is about to',
  },
  ZoneBusy: { kind: 'waits', fault: 'environment', means: 'another change of the zone came first' },
  DnsSubmitted: { kind: 'waits', fault: 'environment', means: 'the DNS change was made a moment ago' },
  DnsPending: { kind: 'waits', fault: 'environment', means: 'the DNS change has not reached all name servers yet' },
  BuildQueued: { kind: 'waits', fault: 'environment', means: 'the build has not started yet' },
  BuildRunningFar: { kind: 'waits', fault: 'environment', means: 'the build runs and has a while to go' },
  BuildRunningSoon: { kind: 'waits', fault: 'environment', means: 'the build runs and has less than a minute to go' },
  BuildRunningNear: { kind: 'waits', fault: 'environment', means: 'the build is about to finish' },
  JenkinsUnavailable: { kind: 'waits', fault: 'environment', means: 'Jenkins is down, restarting, or out of reach' },
  InstanceNotRunningYet: { kind: 'waits', fault: 'environment', means: 'the instance is still starting' },
  LaunchEnding: {
    kind: 'waits',
    fault: 'environment',
    means: 'the launch has only just ended, and a step of it may still be at work',
  },
  BuildEnding: { kind: 'waits', fault: 'environment', means: 'a build of a launch that is over has not ended yet' },
  TargetDraining: {
    kind: 'waits',
    fault: 'environment',
    means: 'the load balancer still lets the connections of the target end',
  },
  TargetPending: { kind: 'waits', fault: 'environment', means: 'the load balancer is still checking the target' },
  TargetPendingLong: {
    kind: 'waits',
    fault: 'environment',
    means: 'the load balancer has been checking for long',
  },
  // fails
  GroupNotManaged: { kind: 'fails', fault: 'operator', means: 'the group has no settings' },
  SettingsInvalid: { kind: 'fails', fault: 'operator', means: "the group's settings have mistakes" },
  InstanceGone: {
    kind: 'fails',
    fault: 'environment',
    means: 'the instance has left the group, or its number was released',
  },
  RecordIncomplete: {
    kind: 'fails',
    fault: 'environment',
    means: 'the ledger lacks what an earlier step of the launch records: only a new attempt records it',
  },
  LedgerUnusable: {
    kind: 'fails',
    fault: 'operator',
    means: "the ledger's table does not exist, or is not Muster's",
  },
  TagsRefused: { kind: 'fails', fault: 'operator', means: 'EC2 does not take the tags of the instance' },
  InstanceTaken: {
    kind: 'fails',
    fault: 'operator',
    means: 'the instance is marked as one of another deployment',
  },
  NumbersExhausted: { kind: 'fails', fault: 'operator', means: 'the group holds every number that names are made for' },
  AddressUnavailable: {
    kind: 'fails',
    fault: 'operator',
    means: 'the instance has no address of the kind that the settings ask for, and never gets one',
  },
  NameTaken: { kind: 'fails', fault: 'operator', means: 'the DNS name belongs to another owner' },
  NameStuck: {
    kind: 'fails',
    fault: 'operator',
    means: 'the name of an instance that is gone still leads to it, by a record that is not ours',
  },
  ZoneUnusable: { kind: 'fails', fault: 'operator', means: 'the hosted zone is missing or does not take the record' },
  JenkinsMisconfigured: {
    kind: 'fails',
    fault: 'operator',
    means: 'the job, its parameters, or the access to Jenkins are wrong',
  },
  BuildFailed: { kind: 'fails', fault: 'operator', means: 'the build ended without success' },
  BuildTimedOut: { kind: 'fails', fault: 'operator', means: 'the build took longer than the settings allow' },
  BuildLost: { kind: 'fails', fault: 'operator', means: 'Jenkins no longer knows the build' },
  TargetGroupUnusable: { kind: 'fails', fault: 'operator', means: 'the target group does not take the instance' },
  TargetUnusable: { kind: 'fails', fault: 'operator', means: 'the target can never become healthy as things stand' },
  TargetUnhealthy: { kind: 'fails', fault: 'operator', means: 'the target did not become healthy in time' },
  LifecycleExpired: { kind: 'fails', fault: 'environment', means: 'the lifecycle action has ended without us' },
} as const satisfies Record<string, ErrorEntry>;

export type StepErrorName = keyof typeof stepErrors;

/** The error that the fleet's steps throw: a name from `stepErrors`, and a message for the operator. */
export class StepError extends StateError<StepErrorName> {
  constructor(name: StepErrorName, message: string, options: { readonly cause?: unknown } = {}) {
    super(stepErrors[name], name, message, options);
  }
}

/**
 * The group's settings are missing or have mistakes, as `SettingsStore.read` reports. A failed read is another error.
 */
export function isSettingsProblem(error: unknown): error is StepError {
  return error instanceof StepError && (error.name === 'GroupNotManaged' || error.name === 'SettingsInvalid');
}

/**
 * Whether a retry may succeed in some minutes: the waiting errors, and `NotPermitted`, because IAM applies a deployment
 * late.
 */
export function mayPass(error: StepError): boolean {
  return error.kind === 'waits' || isUnauthorized(error.cause);
}
