import { createJenkins } from '../../functions/fleet/adapters/jenkins';
import type { FleetMetrics } from '../../functions/fleet/contracts/metrics';
import type { GroupSettingsInput } from '../../functions/fleet/contracts/settings';
import type { Jenkins } from '../../functions/fleet/ports/jenkins';
import type { Logger } from '../../functions/shared/logger';
import type { VirtualClock } from './clock';
import { randomStream } from './random';
import { createJenkinsStandIn, inProcess, type JenkinsStandIn } from './jenkins';
import { labJobs, parametersOf, type JobNames } from './jobs';
import { deployMuster, type AroundStep, type AroundTrigger, type Muster, type Ports } from './muster';
import { createEngine, overEngine } from './engine';
import { createRegion, type Region, type RegionOptions } from './region';
import { createMemoryLedger, type MemoryLedger } from './region/ledger/memory-ledger';
import type { WarmPoolOptions, WeightedType } from './region/auto-scaling/group';
import type { TargetGroupOptions } from './region/elastic-load-balancing/target-group';
import { createSettings, type ParameterStoreSettings } from './region/parameter-store/settings';

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
  /** Instead of `statemachines/scale-out.asl.json`. */
  readonly scaleOut?: string;
  readonly aroundStep?: AroundStep;
  readonly aroundTrigger?: AroundTrigger;
  /** Whether the reconciler runs, once a minute. Default true. */
  readonly reconciler?: boolean;
}

export interface LabGroup {
  /** `null`: the group has no hook, and only notifications tell of its launches. Default `muster-launch`. */
  readonly launchHook?: string | null;
  /** Default true. Without one, ELB never checks the targets. */
  readonly hasListenerRule?: boolean;
  /** Whether the group sends classic notifications, and Muster gets them. Default false. */
  readonly notifies?: boolean;
  /** What differs from the lab's settings. `undefined` takes a setting away. */
  readonly settings?: { readonly [Name in keyof GroupSettingsInput]?: GroupSettingsInput[Name] | undefined };
  readonly maxSize?: number;
  /** Of both hooks, in seconds. Default 3600. */
  readonly heartbeatSeconds?: number;
  /** How long a deregistered target drains. Default 300. */
  readonly deregistrationDelaySeconds?: number;
  readonly warmPool?: WarmPoolOptions;
  /** Makes the capacity count units. */
  readonly instanceTypes?: readonly WeightedType[];
  /** Of its target group. One of another type than `instance` is not attached to the group: AWS does not allow it. */
  readonly targetType?: TargetGroupOptions['targetType'];
  readonly ipAddressType?: TargetGroupOptions['ipAddressType'];
  /** Default: all of the region. */
  readonly subnetIds?: readonly string[];
}

/** The whole world on one machine: a region, a Jenkins, and Muster deployed into them. */
export interface Lab {
  readonly clock: VirtualClock;
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
  const { clock, seed } = options;
  const region = createRegion({ ...options.region, clock, random: randomStream('region', seed) });
  const zone = region.route53.world.createZone({ name: zoneName });
  const jenkins = options.jenkins === undefined ? createStandIn(options, region) : undefined;
  const inMemory = options.reachedOver === 'memory';
  const jenkinsUrl = options.jenkins?.url ?? (inMemory ? memoryUrl : await jenkins?.start()) ?? '';
  const ledger = createMemoryLedger();
  const settings = createSettings();
  const around = options.around ?? ((ports) => ports);
  const { partition, name, account } = region.context;
  const engine = createEngine({ clock, seed, partition, region: name, accountId: account });
  const muster = deployMuster({
    clock,
    region,
    engine,
    random: randomStream('muster', seed),
    log: options.log ?? silent,
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    ...(options.scaleOut === undefined ? {} : { scaleOut: options.scaleOut }),
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
    region,
    ledger,
    settings,
    jenkins,
    jenkinsUrl,
    jobs,
    zone: { id: zone.id, name: zoneName },
    muster,
    addGroup: (name, group = {}) =>
      addGroup({ region, settings, muster, jenkinsUrl, jobs, zoneId: zone.id }, name, group),
    close: async () => {
      muster.reconciler.disable();
      await jenkins?.stop();
    },
  };
}

function createStandIn({ clock, seed, executors = 20 }: LabOptions, region: Region): JenkinsStandIn {
  const jenkins = createJenkinsStandIn({
    clock,
    random: randomStream('jenkins', seed),
    executors,
    quietPeriodMs: 5000,
    credentials: standInCredentials,
    anonymousRead: true,
    jobs: Object.values(labJobs.definitions),
  });
  jenkins.on('build-finished', (build) => {
    // The application is on the instance once it is deployed; it answers its health check from then on.
    const instance = build.parameters.INSTANCE;
    if (build.job !== labJobs.deploy || build.result !== 'SUCCESS' || instance === undefined) return;
    if (region.ec2.world.find(instance) !== undefined) region.ec2.world.setAppState(instance, 'healthy');
  });
  return jenkins;
}

/** What a real Jenkins deployed to does not exist: its application is started in the lab when the deploy step is done. */
function startAppsAfterDeploy({ engine }: Muster, region: Region): void {
  engine.on('history', ({ executionArn, event }) => {
    if (event.type !== 'TaskStateExited' || event.stateExitedEventDetails?.name !== 'Deploy') return;
    const { input } = engine.describeExecution({ executionArn });
    const { instanceId } = JSON.parse(input ?? '{}') as { instanceId: string };
    if (region.ec2.world.find(instanceId) !== undefined) region.ec2.world.setAppState(instanceId, 'healthy');
  });
}

/** The real client. Over a socket its calls hold virtual time still until they are answered. */
function oneJenkins(url: string, { clock, jenkins }: LabOptions, inMemory: JenkinsStandIn | undefined): () => Jenkins {
  const { user, token } = jenkins ?? standInCredentials;
  const credentials = { user, token };
  if (inMemory !== undefined) {
    const client = createJenkins({ url, credentials, clock, transport: inProcess((asked) => inMemory.handle(asked)) });
    return () => client;
  }
  const client = createJenkins({ url, credentials, clock });
  const barred: Jenkins = { advance: (request, trace, save) => clock.io(() => client.advance(request, trace, save)) };
  return () => barred;
}

interface GroupPlace {
  readonly region: Region;
  readonly settings: ParameterStoreSettings;
  readonly muster: Muster;
  readonly jenkinsUrl: string;
  readonly jobs: JobNames;
  readonly zoneId: string;
}

function addGroup(place: GroupPlace, name: string, group: LabGroup): string {
  const { region, settings, muster } = place;
  const { launchHook = 'muster-launch', hasListenerRule = true, maxSize = 1000, heartbeatSeconds = 3600 } = group;
  const vpcId = region.ec2.world.subnets[0]?.vpcId ?? '';
  const targetGroup = region.elasticLoadBalancing.world.createTargetGroup({
    name: name.replace(/[^0-9A-Za-z-]/g, '-').slice(0, 32),
    vpcId,
    port: 8080,
    hasListenerRule,
    healthCheck: { intervalSeconds: 10, path: '/health' },
    ...(group.targetType !== undefined && { targetType: group.targetType }),
    ...(group.ipAddressType !== undefined && { ipAddressType: group.ipAddressType }),
    ...(group.deregistrationDelaySeconds !== undefined && {
      deregistrationDelaySeconds: group.deregistrationDelaySeconds,
    }),
  });
  settings.put(name, settingsOf(place, name, targetGroup.arn, group));
  region.autoScaling.world.createGroup({
    name,
    maxSize,
    targetGroupArns: targetGroup.targetType === 'instance' ? [targetGroup.arn] : [],
    ...(group.subnetIds !== undefined && { subnetIds: group.subnetIds }),
    launchHooks:
      launchHook === null ? [] : [{ name: launchHook, defaultResult: 'ABANDON', heartbeatTimeout: heartbeatSeconds }],
    // At the end of its time an instance goes whatever has become of its release: it must not block its group.
    terminateHooks: [{ name: 'muster-terminate', defaultResult: 'CONTINUE', heartbeatTimeout: heartbeatSeconds }],
    ...(group.warmPool !== undefined && { warmPool: group.warmPool }),
    ...(group.instanceTypes !== undefined && { instanceTypes: group.instanceTypes }),
  });
  if (group.notifies === true) {
    const topicArn = region.topics.create('scaling');
    region.topics.subscribe(topicArn, muster.startScaleOut);
    region.autoScaling.world.putNotification(name, { topicArn, types: ['autoscaling:EC2_INSTANCE_LAUNCH'] });
  }
  return targetGroup.arn;
}

function settingsOf(
  { jenkinsUrl, jobs, zoneId }: GroupPlace,
  name: string,
  targetGroup: string,
  group: LabGroup,
): GroupSettingsInput {
  const job = (fullName: string) => ({ job: fullName, parameters: parametersOf() });
  const settings: GroupSettingsInput = {
    group: name,
    ...(typeof group.launchHook === 'string' && { launchHook: group.launchHook }),
    dns: { zoneId, zoneName },
    tags: { Role: name },
    jenkins: { url: jenkinsUrl, credentialsSecret: 'lab/jenkins' },
    provision: job(jobs.provision),
    deploy: job(jobs.deploy),
    targetGroups: [targetGroup],
  };
  return { ...settings, ...group.settings } as GroupSettingsInput;
}
