import { checkDns } from './permissions/functions/check-dns';
import { checkDrained } from './permissions/functions/check-drained';
import { checkHealth } from './permissions/functions/check-health';
import { claimIndex } from './permissions/functions/claim-index';
import { completeRelease } from './permissions/functions/complete-release';
import { deregisterTargets } from './permissions/functions/deregister-targets';
import { endBuilds } from './permissions/functions/end-builds';
import { freeIndex } from './permissions/functions/free-index';
import { putInService } from './permissions/functions/put-in-service';
import { reconcile } from './permissions/functions/reconcile';
import { registerDns } from './permissions/functions/register-dns';
import { registerTargets } from './permissions/functions/register-targets';
import { removeDns } from './permissions/functions/remove-dns';
import { reportOutcome } from './permissions/functions/report-outcome';
import { runBuild } from './permissions/functions/run-build';
import { startRelease } from './permissions/functions/start-release';
import { startScaleOut } from './permissions/functions/start-scale-out';
import { tagInstance } from './permissions/functions/tag-instance';
import type { Permission } from '../../permissions/permission';
import type { PermissionScope } from './permissions/scope';
import type { FunctionSpec } from '../../constructs/system-function';

export type { FunctionSpec } from '../../constructs/system-function';

/** What the functions' `index.ts` read from the environment; where each value comes from is said in `constructs/fleet.ts`. */
export type EnvironmentName =
  | 'SETTINGS_PREFIX'
  | 'LEDGER_TABLE'
  | 'DEPLOYMENT'
  | 'STATE_MACHINE_ARN'
  | 'RELEASE_ARN'
  | 'TOPIC_ARN'
  | 'CHAT'
  | 'HEARTBEATS'
  | 'JENKINS_URLS';

/** The workflows, by the names of their files in `statemachines/`. */
export const workflowNames = ['scale-out', 'release'] as const;
export type WorkflowName = (typeof workflowNames)[number];

/** One of the fleet's functions. */
export interface FleetFunctionSpec extends FunctionSpec {
  readonly environment: readonly EnvironmentName[];
  /** What its role allows, besides logs. */
  readonly may: (scope: PermissionScope) => Permission[];
  /** The workflow whose `STATE_MACHINE_ARN` it gets. */
  readonly workflow?: WorkflowName;
}

// All of them wait for AWS and compute next to nothing. The memory buys the share of a CPU that a cold start needs.
const step = { calledBy: 'workflow', timeoutSeconds: 30, memoryMb: 512 } as const;
const trigger = { calledBy: 'events', timeoutSeconds: 60, memoryMb: 512 } as const;

/** Every function there is. How to add one: README, "Adding a step". */
export const fleetFunctions = {
  'claim-index': {
    may: claimIndex,
    ...step,
    does: 'Gives a launched instance the lowest free number of its group',
    environment: ['SETTINGS_PREFIX', 'LEDGER_TABLE', 'DEPLOYMENT'],
  },
  'tag-instance': {
    may: tagInstance,
    ...step,
    does: 'Tags the instance with its number, its name and what the settings say',
    environment: ['SETTINGS_PREFIX', 'LEDGER_TABLE', 'DEPLOYMENT'],
  },
  'register-dns': {
    may: registerDns,
    ...step,
    does: 'Puts the name into DNS, marked as the instance’s',
    environment: ['SETTINGS_PREFIX', 'LEDGER_TABLE', 'DEPLOYMENT'],
  },
  'check-dns': {
    may: checkDns,
    ...step,
    does: 'Sees whether all name servers know the name',
    environment: ['LEDGER_TABLE'],
  },
  'run-build': {
    may: runBuild,
    ...step,
    does: 'Has Jenkins run a job for the launch, and sees how far it is',
    environment: ['SETTINGS_PREFIX', 'LEDGER_TABLE', 'JENKINS_URLS'],
    // Jenkins may take its time, and a connection through a VPC too.
    timeoutSeconds: 60,
    inVpc: true,
  },
  'register-targets': {
    may: registerTargets,
    ...step,
    does: 'Registers the instance with the target groups, which its group does only after the hook',
    environment: ['SETTINGS_PREFIX', 'LEDGER_TABLE'],
  },
  'check-health': {
    may: checkHealth,
    ...step,
    does: 'Sees whether the load balancer finds the instance healthy',
    environment: ['SETTINGS_PREFIX', 'LEDGER_TABLE'],
  },
  'put-in-service': {
    may: putInService,
    ...step,
    does: 'Lets the instance into service',
    environment: ['LEDGER_TABLE'],
  },
  'deregister-targets': {
    may: deregisterTargets,
    ...step,
    does: 'Deregisters a leaving instance from its target groups',
    environment: ['LEDGER_TABLE'],
  },
  'end-builds': {
    may: endBuilds,
    ...step,
    does: 'Has Jenkins end what it still does for a launch that is over',
    environment: ['SETTINGS_PREFIX', 'LEDGER_TABLE', 'JENKINS_URLS'],
    timeoutSeconds: 60,
    inVpc: true,
  },
  'check-drained': {
    may: checkDrained,
    ...step,
    does: 'Sees whether its connections have ended',
    environment: ['LEDGER_TABLE'],
  },
  'remove-dns': {
    may: removeDns,
    ...step,
    does: 'Removes its records from DNS',
    environment: ['LEDGER_TABLE', 'DEPLOYMENT'],
  },
  'complete-release': { may: completeRelease, ...step, does: 'Lets the instance go', environment: ['LEDGER_TABLE'] },
  'free-index': { may: freeIndex, ...step, does: 'Gives its number back, last of all', environment: ['LEDGER_TABLE'] },
  'start-scale-out': {
    may: startScaleOut,
    ...trigger,
    does: 'Starts a scale-out for each launch event, once',
    environment: ['SETTINGS_PREFIX', 'LEDGER_TABLE', 'STATE_MACHINE_ARN'],
    workflow: 'scale-out',
  },
  'start-release': {
    may: startRelease,
    ...trigger,
    does: 'Starts a release for each instance that leaves its group, once',
    environment: ['SETTINGS_PREFIX', 'LEDGER_TABLE', 'STATE_MACHINE_ARN'],
    workflow: 'release',
  },
  'report-outcome': {
    may: reportOutcome,
    ...trigger,
    does: 'Holds a launch that has failed, and sends one message about it',
    environment: ['SETTINGS_PREFIX', 'LEDGER_TABLE', 'STATE_MACHINE_ARN', 'TOPIC_ARN', 'CHAT'],
    workflow: 'scale-out',
  },
  reconcile: {
    may: reconcile,
    calledBy: 'schedule',
    does: 'Compares all groups with the ledger once a minute and does what is missing, so that lost events do no harm',
    environment: [
      'SETTINGS_PREFIX',
      'LEDGER_TABLE',
      'DEPLOYMENT',
      'STATE_MACHINE_ARN',
      'RELEASE_ARN',
      'TOPIC_ARN',
      'CHAT',
      'HEARTBEATS',
    ],
    // Most runs take a second or two. After an outage there can be a thousand instances to see to.
    timeoutSeconds: 300,
    memoryMb: 512,
    // Two runs at once would each do what the other is about to do.
    reservedConcurrency: 1,
    workflow: 'scale-out',
  },
} as const satisfies Record<string, FleetFunctionSpec>;

/** The functions, by the names of their folders in `functions/fleet`. */
export type FunctionName = keyof typeof fleetFunctions;

/** Those that are a step of a workflow. */
export type StepFunctionName = {
  [Name in FunctionName]: (typeof fleetFunctions)[Name]['calledBy'] extends 'workflow' ? Name : never;
}[FunctionName];

export const fleetFunctionNames = Object.keys(fleetFunctions) as FunctionName[];

/** The catalogue as what it is declared to be, for loops over all of it. */
export function specOf(name: FunctionName): FleetFunctionSpec {
  return fleetFunctions[name];
}
