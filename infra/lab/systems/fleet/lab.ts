import { createJenkins } from '../../../../functions/fleet/adapters/jenkins';
import { createBuildEnds } from '../../../../functions/fleet/adapters/jenkins/create-build-ends';
import type { JenkinsSettings } from '../../../../functions/fleet/contracts/settings';
import type { BuildEnds, Jenkins } from '../../../../functions/fleet/ports/jenkins';
import type { Logger } from '../../../../functions/shared/runtime';
import { randomStream } from '../../kernel/random';
import { createJenkinsStandIn, inProcess, type JenkinsStandIn } from '../../jenkins';
import { labJobs } from './jobs';
import { startAppsAfterDeploy, startDeployedApps } from './apps';
import { regionOf } from './region-of-lab';
import { addGroup } from './groups';
import { deployMuster } from './deploy-muster';
import { createEngine, stepFunctionsPort } from '../../engine';
import { createMemoryLedger } from '../../region/ledger/memory-ledger';
import { createSettings } from '../../region/parameter-store/settings';

import type { Lab, LabOptions } from './world';

export type { LabGroup } from './groups';
export type { Lab, LabOptions, RealJenkins } from './world';

const zoneName = 'internal.example.com';
const memoryUrl = 'http://jenkins.internal.example.com:8080';
const standInCredentials = { user: 'muster', token: 'lab-token' };

/** Its log lines are not read, so none is written. */
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
  const interceptPorts = options.interceptPorts ?? ((ports) => ports);
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
    ...(options.interceptStep === undefined ? {} : { interceptStep: options.interceptStep }),
    ...(options.interceptTrigger === undefined ? {} : { interceptTrigger: options.interceptTrigger }),
    ports: interceptPorts({
      autoScaling: region.autoScaling.api,
      ec2: region.ec2.api,
      route53: region.route53.api,
      elasticLoadBalancing: region.elasticLoadBalancing.api,
      settings,
      ledger,
      stepFunctions: region.throttled(stepFunctionsPort(engine), 'stepFunctions'),
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
  const made = new Map<number | undefined, Jenkins & BuildEnds>();
  return ({ logLines }) => {
    const known = made.get(logLines);
    if (known !== undefined) return known;
    const asks = createJenkins({ ...options, ...(logLines !== undefined && { logLines }) });
    const client: Jenkins & BuildEnds = {
      advance: (...asked) => barred(() => asks.advance(...asked)),
      end: (...asked) => barred(() => ends.end(...asked)),
    };
    made.set(logLines, client);
    return client;
  };
}
