import type { Build } from '../../../infra/lab/jenkins';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import type { ZoneChange } from '../../../infra/lab/region/route53/world';
import { firstSeenHealthy, type LaunchRecord, type TargetRecord } from './record';

/** What has happened in a lab so far. */
export interface Watch {
  /** Instances in service. Cheap: asked after every step of the clock. */
  readonly inService: number;
  /** Executions of the launch workflow that did not succeed, each redrive by itself. */
  readonly failedExecutions: number;
  /** Launches that Auto Scaling gave up, for any reason. */
  readonly abandoned: number;
  /** The launches that are in service. */
  records(): LaunchRecord[];
}

interface Moments {
  hookAt?: number;
  completedAt?: number;
  inServiceAt?: number;
}

interface Registration {
  readonly registeredAt: number;
  readonly registrationEndsAt: number;
  readonly firstCheckAt: number;
}

/**
 * Watches the launches of a lab's groups from now on.
 *
 * It looks at the world (the bus, and what Auto Scaling, Route 53 and ELB accept), never at the calls of functions: how
 * the functions come to their ends, one by one or in batches, makes no difference to it. It changes nothing.
 */
export function watchLaunches(lab: Lab): Watch {
  const { clock, region } = lab;
  const moments = new Map<string, Moments>();
  const momentsOf = (id: string) => {
    const known = moments.get(id) ?? {};
    moments.set(id, known);
    return known;
  };
  const counts = { inService: 0, failedExecutions: 0, abandoned: 0 };
  const tokens = new Map<string, string>();
  region.bus.watch(({ 'detail-type': type, detail }) => {
    const { EC2InstanceId: id = '', LifecycleActionToken: token = '', status, stateMachineArn } = detail as Detail;
    if (type === 'EC2 Instance-launch Lifecycle Action') {
      momentsOf(id).hookAt = clock.millis();
      tokens.set(token, id);
    } else if (type === 'EC2 Instance Launch Successful') {
      momentsOf(id).inServiceAt = clock.millis();
      counts.inService += 1;
    } else if (type === 'EC2 Instance Launch Unsuccessful') {
      counts.abandoned += 1;
    } else if (stateMachineArn === lab.muster.stateMachineArn && !['RUNNING', 'SUCCEEDED'].includes(status ?? '')) {
      counts.failedExecutions += 1;
    }
  });
  after(region.autoScaling.world.actions, 'complete', ([{ token, instanceId }]) => {
    momentsOf(tokens.get(token ?? '') ?? instanceId ?? '').completedAt = clock.millis();
  });
  const changes = watchDns(lab);
  const registrations = watchTargets(lab);
  return {
    get inService() {
      return counts.inService;
    },
    get failedExecutions() {
      return counts.failedExecutions;
    },
    get abandoned() {
      return counts.abandoned;
    },
    records: () => {
      const builds = buildsByInstance(lab);
      return [...moments].flatMap(([instanceId, { hookAt, completedAt, inServiceAt }]) => {
        const member = region.autoScaling.world.member(instanceId);
        if (member === undefined || hookAt === undefined || completedAt === undefined || inServiceAt === undefined)
          return [];
        const address = region.ec2.world.instance(instanceId).privateIp;
        const change = changes.get(address);
        const record: LaunchRecord = {
          instanceId,
          launchedAt: member.joinedAt,
          hookAt,
          completedAt,
          inServiceAt,
          dns: change && { submittedAt: change.submittedAt.getTime(), insyncAt: change.insyncAt },
          builds: builds.get(instanceId) ?? [],
          targets: targetsOf(lab, instanceId, registrations),
        };
        return [record];
      });
    },
  };
}

interface Detail {
  readonly EC2InstanceId?: string;
  readonly LifecycleActionToken?: string;
  readonly stateMachineArn?: string;
  readonly status?: string;
}

/** The last change that wrote an address, by address. */
function watchDns({ region }: Lab): Map<string, ZoneChange> {
  const changes = new Map<string, ZoneChange>();
  after(region.route53.world, 'change', ([, batch], change) => {
    for (const { Action, ResourceRecordSet: set } of batch) {
      if (Action === 'DELETE' || set?.Type !== 'A') continue;
      for (const { Value = '' } of set.ResourceRecords ?? []) changes.set(Value, change);
    }
  });
  return changes;
}

/** Registrations that began something, by target group and instance. */
function watchTargets({ region, clock }: Lab): Map<string, Registration> {
  const { world } = region.elasticLoadBalancing;
  const registrations = new Map<string, Registration>();
  after(world, 'register', ([group, instanceId, port]) => {
    const [target] = world.targetsOf(group, instanceId, port);
    const known = registrations.get(`${group.arn} ${instanceId}`);
    // The group's own registration, at the end of a launch, begins nothing where the instance is registered already.
    if (target === undefined || known?.registrationEndsAt === target.registrationEndsAt) return;
    registrations.set(`${group.arn} ${instanceId}`, {
      registeredAt: clock.millis(),
      registrationEndsAt: target.registrationEndsAt,
      firstCheckAt: target.progress.nextCheckAt,
    });
  });
  return registrations;
}

function targetsOf({ region }: Lab, instanceId: string, all: ReadonlyMap<string, Registration>): TargetRecord[] {
  const { app } = region.ec2.world.instance(instanceId);
  return region.elasticLoadBalancing.world.targetGroups.flatMap((group) => {
    const registration = all.get(`${group.arn} ${instanceId}`);
    if (registration === undefined) return [];
    const probe = (at: number) => (app.at(at) === 'healthy' ? { status: 200 } : 'refused');
    const healthyAt = firstSeenHealthy(registration, group.healthCheck, probe);
    return [{ registeredAt: registration.registeredAt, healthyAt }];
  });
}

function buildsByInstance({ jenkins, jobs }: Lab): Map<string, { startedAt: number; endedAt: number }[]> {
  const found = new Map<string, { startedAt: number; endedAt: number }[]>();
  const all: readonly Build[] = [jobs.provision, jobs.deploy].flatMap((job) => jenkins?.builds(job) ?? []);
  for (const { parameters, startedAt, endedAt, result } of all) {
    if (result !== 'SUCCESS' || endedAt === undefined) continue;
    const id = parameters.INSTANCE ?? '';
    found.set(id, [...(found.get(id) ?? []), { startedAt, endedAt }]);
  }
  return found;
}

/** Calls `then` after each call of a method that has not thrown. */
function after<Target, Name extends keyof Target>(
  target: Target,
  name: Name,
  then: (parameters: ParametersOf<Target[Name]>, result: ResultOf<Target[Name]>) => void,
): void {
  const run = target[name] as (...parameters: unknown[]) => unknown;
  const watched = (...parameters: unknown[]): unknown => {
    const result = run.apply(target, parameters);
    then(parameters as ParametersOf<Target[Name]>, result as ResultOf<Target[Name]>);
    return result;
  };
  target[name] = watched as Target[Name];
}

type ParametersOf<Run> = Run extends (...parameters: infer Parameters) => unknown ? Parameters : never;
type ResultOf<Run> = Run extends (...parameters: never[]) => infer Result ? Result : never;
