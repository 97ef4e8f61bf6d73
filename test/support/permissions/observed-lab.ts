import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import type { FunctionName, PermissionScope } from '../../../infra/systems/fleet/function-permissions';
import { withLab } from '../run-lab';
import { Observer, requestsOf } from './observe';
import { describeRequest, type IamRequest } from './request';
import { managedGroups, scenarios, type Scenario } from './scenarios';
import { scopeOf } from './scope-of-lab';
import { worldOf } from './world';

export interface ObservedCalls {
  /** As a deployment of the lab's groups would have it. */
  readonly scope: PermissionScope;
  readonly requests: ReadonlyMap<FunctionName, IamRequest[]>;
}

/** Plays a scenario in a lab of two groups, `web` and `api`, and notes what each function asks of IAM. */
export async function observe({ options, play }: Scenario): Promise<ObservedCalls> {
  const requests: Requests = new Map();
  let world: ReturnType<typeof worldOf> | undefined;
  const observer = new Observer((call) => {
    // At once: the tags of an instance are those at the time of the call.
    add(requests, call.functionName, requestsOf(call, world!));
  });
  const { interceptPorts, interceptStep, interceptTrigger } = observer.options;
  const inside = options?.interceptPorts ?? ((ports) => ports);
  const scope = await withLab(
    { region: { subnets }, interceptPorts: (ports) => interceptPorts(inside(ports)), interceptStep, interceptTrigger },
    async (lab) => {
      world = worldOf(lab);
      addGroups(lab);
      const scopeBefore = await scopeOf(lab, managedGroups);
      await play(lab);
      return scopeBefore;
    },
  );
  return { scope, requests: listed(requests) };
}

/** All scenarios, in worlds with the same seed and so with the same ARNs, as one. */
export async function observeAll(): Promise<ObservedCalls> {
  const [first, ...others] = await Promise.all(Object.values(scenarios).map(observe));
  const requests: Requests = new Map();
  for (const { scope, requests: more } of [first!, ...others]) {
    expect(scope).toEqual(first!.scope);
    for (const [name, asked] of more) add(requests, name, asked);
  }
  return { scope: first!.scope, requests: listed(requests) };
}

/** What was asked, each once: a launch asks many things over and over. */
type Requests = Map<FunctionName, Map<string, IamRequest>>;

function add(requests: Requests, name: FunctionName, asked: readonly IamRequest[]): void {
  const known = requests.get(name) ?? new Map<string, IamRequest>();
  for (const request of asked) known.set(describeRequest(request), request);
  requests.set(name, known);
}

function listed(requests: Requests): ObservedCalls['requests'] {
  return new Map([...requests].map(([name, asked]) => [name, [...asked.values()]]));
}

const subnets = ['a', 'b'].map((letter, index) => ({
  id: `subnet-${letter}`,
  vpcId: 'vpc-lab',
  availabilityZone: `eu-central-1${letter}`,
  cidr: `10.0.${index * 16}.0/20`,
  ipv6Cidr: `2001:db8:0:${index}::/64`,
}));

function addGroups(lab: Lab): void {
  const reverseZone = { zoneId: lab.region.route53.world.createZone({ name: '0.10.in-addr.arpa' }).id };
  const forward = { zoneId: lab.zone.id, zoneName: lab.zone.name };
  lab.addGroup('web', {
    settings: {
      dns: { ...forward, ipv6: true, reverseZone: { ...reverseZone, zoneName: '0.10.in-addr.arpa' } },
      tags: { Role: 'web server', Owner: '{group}' },
    },
  });
  lab.addGroup('api', {
    settings: {
      names: { pattern: 'a{index}' },
      dns: forward,
      tags: { Tier: 'backend' },
      jenkins: { url: lab.jenkinsUrl, plainHttp: true, credentialsSecret: 'lab/jenkins-of-api' },
    },
  });
}
