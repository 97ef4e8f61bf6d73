import type { FleetMetrics } from '../../../../functions/fleet/contracts/metrics';
import type { Logger } from '../../../../functions/shared/runtime';
import type { VirtualClock } from '../../kernel/clock';
import type { LabGroup } from './groups';
import type { JenkinsStandIn } from '../../jenkins';
import type { JobNames } from './jobs';
import type { StepInterceptor, TriggerInterceptor, Muster, Ports } from './deploy-muster';
import type { Region, RegionOptions } from '../../region';
import type { MemoryLedger } from '../../region/ledger/memory-ledger';
import type { ParameterStoreSettings } from '../../region/parameter-store/settings';

/** A real Jenkins instead of the stand-in. Its jobs must take the parameters that `labJobs` defines. */
export interface RealJenkins {
  readonly url: string;
  readonly user: string;
  readonly token: string;
  readonly jobs: JobNames;
}

export interface LabOptions {
  readonly clock: VirtualClock;
  /** The same seed gives the same history. */
  readonly seed: number | string;
  readonly region?: Omit<RegionOptions, 'clock' | 'random'>;
  /** Names the deployment and all that is in it. Default `muster`. */
  readonly stackName?: string;
  /**
   * A lab that is there already, on the same clock, with which this one shares what is outside of a region: Route 53
   * with its zones, and Jenkins. Where account and region are the same too (which is the default) it is a second
   * deployment there, and needs a `stackName` of its own.
   */
  readonly beside?: Lab;
  readonly jenkins?: RealJenkins;
  /**
   * How the stand-in is reached: `http`, on a port of this machine, where its pages can be opened too (the default);
   * or `memory`, without a socket, which is the same on every machine and quicker.
   */
  readonly reachedOver?: 'http' | 'memory';
  /** How many builds the stand-in runs at a time. Default 20. */
  readonly executors?: number;
  readonly log?: Logger;
  readonly metrics?: FleetMetrics;
  /** Puts something (a fault, a recorder) between the functions and the world. */
  readonly interceptPorts?: (ports: Ports) => Ports;
  /** Instead of `statemachines/fleet/scale-out.asl.json`. */
  readonly scaleOut?: string;
  /** Instead of `statemachines/fleet/release.asl.json`. */
  readonly release?: string;
  readonly interceptStep?: StepInterceptor;
  readonly interceptTrigger?: TriggerInterceptor;
  /** Whether the reconciler runs, once a minute. Default true. */
  readonly reconciler?: boolean;
}

/** The whole world on one machine: a region, a Jenkins, and Muster deployed into them. */
export interface Lab {
  readonly clock: VirtualClock;
  readonly stackName: string;
  readonly region: Region;
  readonly ledger: MemoryLedger;
  readonly settings: ParameterStoreSettings;
  /** `undefined` with a real Jenkins. */
  readonly jenkins: JenkinsStandIn | undefined;
  readonly jenkinsUrl: string;
  readonly jobs: JobNames;
  readonly zone: { readonly id: string; readonly name: string };
  readonly muster: Muster;
  /** Adds an empty Auto Scaling group with a target group, under Muster. Returns the target group's ARN. */
  addGroup(name: string, options?: LabGroup): string;
  close(): Promise<void>;
}
