import { createJenkins } from '../../functions/fleet/adapters/jenkins';
import { createBuildEnds } from '../../functions/fleet/adapters/jenkins/ends';
import type { FleetMetrics } from '../../functions/fleet/contracts/metrics';
import type { JenkinsSettings } from '../../functions/fleet/contracts/settings';
import type { BuildEnds, Jenkins } from '../../functions/fleet/ports/jenkins';
import type { Logger } from '../../functions/shared/logger';
import type { VirtualClock } from './clock';
import { randomStream } from './random';
import { createJenkinsStandIn, inProcess, type JenkinsStandIn } from './jenkins';
import { labJobs, type JobNames } from './jobs';
import { startAppsAfterDeploy, startDeployedApps } from './apps';
import { regionOf } from './beside';
import { addGroup, type LabGroup } from './groups';
import { deployMuster, type AroundStep, type AroundTrigger, type Muster, type Ports } from './muster';
import { createEngine, overEngine } from './engine';
import type { Region, RegionOptions } from './region';
import { createMemoryLedger, type MemoryLedger } from './region/ledger/memory-ledger';
import { createSettings, type ParameterStoreSettings } from './region/parameter-store/settings';

export type { LabGroup } from './groups';

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
  readonly around?: (ports: Ports) => Ports;
  /** Instead of `statemachines/fleet/scale-out.asl.json`. */
  readonly scaleOut?: string;
  /** Instead of `statemachines/release.asl.json`. */
  readonly release?: string;
  readonly aroundStep?: AroundStep;
  readonly aroundTrigger?: AroundTrigger;
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

const zoneName = 'internal.example.com';
const memoryUrl = 'http://jenkins.internal.example.com:8080';
const standInCredentials = { user: 'muster', token: 'lab-token' };

/** Nobody reads what it is told, so nothing is written. */
const silent: Logger = { info: () => undefined, error: () => undefined, with: () => silent };

/** Builds the lab; the stand-in's server is up when this returns. Call `close` in the end. */
export async function createLab(options: LabOptions): Promise<Lab> {
  const { clock, seed, beside, stackName = 'muster' } = options;
  const region = regionOf(options);
  const zone = beside?.zone ?? region.route53.world.createZone({ name: zoneName });
  const jenkins = options.jenkins === undefined ? (beside?.jenkins ?? createStandIn(options)) : undefined;
  jenkins?.on('build-finished', startDeployedApps(region));
  const inMemory = beside === undefined ? options.reachedOver === 'memory' : beside.jenkinsUrl === memoryUrl;
  const jenkinsUrl =
    options.jenkins?.url ?? beside?.jenkinsUrl ?? (inMemory ? memoryUrl : await jenkins?.start()) ?? '';
  const ledger = createMemoryLedger();
  const settings = createSettings();
  const around = options.around ?? ((ports) => ports);
  const { partition, name, account } = region.context;
  const engine = createEngine({ clock, seed, partition, region: name, accountId: account });
  const muster = deployMuster({
    clock,
    stackName,
    region,
    engine,
    random: randomStream('muster', seed),
    log: options.log ?? silent,
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    ...(options.scaleOut === undefined ? {} : { scaleOut: options.scaleOut }),
    ...(options.release === undefined ? {} : { release: options.release }),
    ...(options.aroundStep === undefined ? {} : { aroundStep: options.aroundStep }),
    ...(options.aroundTrigger === undefined ? {} : { aroundTrigger: options.aroundTrigger }),
    ports: around({
      autoScaling: region.autoScaling.api,
      ec2: region.ec2.api,
      route53: region.route53.api,
      elasticLoadBalancing: region.elasticLoadBalancing.api,
      settings,
      ledger,
      stepFunctions: region.throttled(overEngine(engine), 'stepFunctions'),
      sns: region.sns.api,
      jenkins: oneJenkins(jenkinsUrl, options, inMemory ? jenkins : undefined),
    }),
  });
  if (options.reconciler === false) muster.reconciler.disable();
  const jobs = options.jenkins?.jobs ?? labJobs;
  if (jenkins === undefined) startAppsAfterDeploy(muster, region);
  return {
    clock,
    stackName,
    region,
    ledger,
    settings,
    jenkins,
    jenkinsUrl,
    jobs,
    zone: { id: zone.id, name: zoneName },
    muster,
    addGroup: (name, group = {}) =>
      addGroup({ region, settings, muster, jenkinsUrl, jobs, zone: { id: zone.id, name: zoneName } }, name, group),
    close: async () => {
      muster.reconciler.disable();
      if (beside === undefined) await jenkins?.stop();
    },
  };
}

function createStandIn({ clock, seed, executors = 20 }: LabOptions): JenkinsStandIn {
  return createJenkinsStandIn({
    clock,
    random: randomStream('jenkins', seed),
    executors,
    quietPeriodMs: 5000,
    credentials: standInCredentials,
    anonymousRead: true,
    jobs: Object.values(labJobs.definitions),
  });
}

/** The real clients. Over a socket their calls hold virtual time still until they are answered. */
function oneJenkins(
  url: string,
  { clock, jenkins }: LabOptions,
  inMemory: JenkinsStandIn | undefined,
): (settings: JenkinsSettings) => Jenkins & BuildEnds {
  const { user, token } = jenkins ?? standInCredentials;
  const transport = inMemory && inProcess((asked) => inMemory.handle(asked));
  const options = { url, credentials: { user, token }, clock, ...(transport !== undefined && { transport }) };
  const barred = <Answer>(call: () => Promise<Answer>) => (transport === undefined ? clock.io(call) : call());
  const ends = createBuildEnds(options);
  return ({ logLines }) => {
    const asks = createJenkins({ ...options, ...(logLines !== undefined && { logLines }) });
    return {
      advance: (...asked) => barred(() => asks.advance(...asked)),
      end: (...asked) => barred(() => ends.end(...asked)),
    };
  };
}
