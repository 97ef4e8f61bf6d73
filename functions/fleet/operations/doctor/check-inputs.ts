import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { Clock } from '../../../shared/runtime';
import type { FormerResources } from '../../contracts/deployment';
import type { Heartbeats } from '../../contracts/heartbeats';
import type { GroupSettings, JenkinsSettings } from '../../contracts/settings';
import type { Identity } from '../../domain/identity';
import type { AutoScaling, Ec2, ElasticLoadBalancing, Route53, SettingsStore, StepFunctions } from '../../ports/aws';
import type { DeployedResources } from '../../ports/deployed';
import type { GroupRecords, Ledger } from '../../ledger/port';
import type { ExpectedFunction } from './lambda';

/** Looks at a job without building it. */
export interface JobChecks {
  /**
   * What stands in the way of builds of the job: none, if a launch could have one now.
   *
   * @param parameters the names of those that it is given; the first is the one that requests are found by.
   * @throws StepError `JenkinsUnavailable`, `JenkinsMisconfigured`.
   */
  check(settings: JenkinsSettings, job: string, parameters: readonly string[]): Promise<readonly string[]>;
}

export interface DoctorDeps {
  clock: Clock;
  ledger: Pick<Ledger, 'records' | 'observation'>;
  settings: SettingsStore;
  autoScaling: Pick<AutoScaling, 'describeAutoScalingGroups' | 'describeLifecycleHooks'>;
  elasticLoadBalancing: Pick<ElasticLoadBalancing, 'describeTargetGroups' | 'describeTargetHealth'>;
  ec2: Pick<Ec2, 'describeInstances'>;
  stepFunctions: Pick<StepFunctions, 'listExecutions'>;
  /** ARNs of the state machines of launches and of releases. */
  stateMachineArn: string;
  releaseArn: string;
  route53: Pick<Route53, 'listResourceRecordSets'>;
  jobs: JobChecks;
  /** The identity of this deployment, by which its records in DNS are recognized. */
  identity: Identity;
  /** The heartbeat timeouts that hooks were deployed with, where that is known. */
  heartbeats?: Heartbeats;
  /** What releases may clean up besides the resources in the settings. */
  formerly?: FormerResources;
  /** The deployed functions; a lab has none. */
  deployed?: DeployedResources;
  /** The functions as they should be there. */
  functions?: readonly ExpectedFunction[];
}

/** A group as it is looked at: its settings, what Auto Scaling and the ledger have of it. */
export interface InspectedGroup {
  readonly settings: GroupSettings;
  readonly group: AutoScalingGroup;
  readonly records: GroupRecords;
}
