import type { Heartbeats } from '../../functions/fleet/contracts/heartbeats';
import type { FormerResources } from '../../functions/fleet/contracts/deployment';
import type { Identity } from '../../functions/fleet/domain/identity';
import type { ExpectedFunction, JobChecks } from '../../functions/fleet/operations/doctor';
import type { BuildLogs } from '../../functions/fleet/ports/build-logs';
import type {
  Activities,
  AutoScaling,
  Ec2,
  ElasticLoadBalancing,
  Route53,
  SettingsStore,
  StepFunctions,
} from '../../functions/fleet/ports/aws';
import type { DeployedResources } from '../../functions/fleet/ports/deployed';
import type { Ledger } from '../../functions/fleet/ledger/port';
import type { Clock } from '../../functions/shared/runtime';
import type { Invocation } from './invocation';

/** Everything that an operator's command reaches the fleet through: AWS's, or a lab's. */
export interface World {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly settings: SettingsStore;
  readonly autoScaling: AutoScaling;
  readonly activities: Activities;
  readonly ec2: Ec2;
  readonly route53: Route53;
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  readonly stepFunctions: StepFunctions;
  readonly logs: BuildLogs;
  readonly jobs: JobChecks;
  /** Of the deployment: what it writes says that it is its own. */
  readonly identity: Identity;
  /** Of the state machine of launches. */
  readonly stateMachineArn: string;
  /** Of the state machine that takes back what instances hold. */
  readonly releaseArn: string;
  /** What releases may clean up besides what stands in the settings; a lab has none. */
  readonly formerly?: FormerResources;
  /** What the deployment made, and how its functions should be; a lab has neither. */
  readonly deployed?: DeployedResources;
  readonly functions?: readonly ExpectedFunction[];
  /** Lets so much time pass; default: that of this machine. */
  readonly pause?: (millis: number) => Promise<void>;
  /** The heartbeat timeouts that hooks were deployed with; a lab does not say. */
  readonly heartbeats?: Heartbeats;
  /** How it was asked for: commands that are shown reach it again. */
  readonly called?: Invocation;
  /** Where it is, for people: `muster in eu-central-1`, `the lab`. */
  readonly where: string;
  /** Only a lab has them. */
  readonly controls?: LabControls;
}

/** What a person can do to a lab's world. */
export interface LabControls {
  /** Changes the desired capacity by so many. @returns what it is then. */
  scale(group: string, by: number): Promise<number>;
  /** Whether deploys fail from now on. */
  breakDeploys(broken: boolean): Promise<void>;
  /** Whether Jenkins is out of reach. */
  takeJenkinsAway(away: boolean): Promise<void>;
  /** Empties the ledger: `muster adopt` makes it whole. */
  loseLedger(): Promise<void>;
  state(): Promise<{ readonly deploysBroken: boolean; readonly jenkinsAway: boolean; readonly speed: number }>;
}
