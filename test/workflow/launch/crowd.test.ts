import type { Lab, LabOptions } from '../../../infra/lab/systems/fleet/lab';
import type { Ports } from '../../../infra/lab/systems/fleet/deploy-muster';
import { intercept, type PortCall } from '../../../infra/lab/region/calls/intercept';
import { connectionLost } from '../../../infra/lab/region/calls/faults';
import { interceptAllPorts } from '../../support/intercept-ports';
import { traces } from '../../support/failures';
import { executions, launch, stateOf, withLab } from '../../support/run-lab';

// Many at once. One of them acts for all that wait: even if it dies, the others must come to the same end.

const many = 30;

type Options = Omit<LabOptions, 'clock' | 'seed'>;
const labOf = <Result>(options: Options, use: (lab: Lab) => Promise<Result>) =>
  withLab({ reachedOver: 'memory', ...options }, use);

/** The same ports, with something around each call of one of them. */
const interceptPort =
  (
    name: 'route53' | 'elasticLoadBalancing',
    interceptor: (call: PortCall, proceed: () => Promise<unknown>) => Promise<unknown>,
  ) =>
  (ports: Ports): Ports => ({ ...ports, [name]: intercept<object>(ports[name], interceptor) });

/** Counts the calls, by port and method. */
function counted(): { calls: Map<string, number>; interceptPorts: (ports: Ports) => Ports } {
  const calls = new Map<string, number>();
  const interceptor = (call: string, proceed: () => Promise<unknown>) => {
    calls.set(call, (calls.get(call) ?? 0) + 1);
    return proceed();
  };
  return { calls, interceptPorts: interceptAllPorts(interceptor) };
}

/** Every instance is in service, with a number and a name of its own that leads to it. */
async function expectAllInService(lab: Lab, ids: readonly string[]): Promise<void> {
  expect(executions(lab).map(({ status }) => status)).toEqual(ids.map(() => 'SUCCEEDED'));
  expect(ids.map((id) => stateOf(lab, id))).toEqual(ids.map(() => 'InService'));
  expect(await lab.ledger.heldIndexes('web')).toEqual(ids.map((_, at) => at + 1));
  for (const id of ids) {
    const { fqdn, phase } = (await lab.ledger.member('web', id))!;
    expect(phase).toBe('in-service');
    expect(lab.region.route53.world.resolve(fqdn!)).toEqual([lab.region.ec2.world.instance(id).privateIp]);
    expect(lab.region.route53.world.resolve(fqdn!, 'TXT')).toEqual([
      `"heritage=muster,deployment=aws:123456789012:eu-central-1:muster,group=web,instance=${id}"`,
    ]);
  }
}

test('a crowd comes into service with a handful of calls, where each for itself would need one', () => {
  const { calls, interceptPorts } = counted();
  return labOf({ interceptPorts }, async (lab) => {
    lab.addGroup('web');
    await expectAllInService(lab, await launch(lab, many));
    expect(calls.get('route53.changeResourceRecordSets')).toBeLessThan(many / 2);
    expect(calls.get('elasticLoadBalancing.registerTargets')).toBeLessThan(many);
    expect(calls.get('autoScaling.describeAutoScalingInstances')).toBeUndefined();
    expect(calls.get('route53.listResourceRecordSets')).toBeUndefined();
  });
});

test('one launch does nothing of it, and asks AWS as seldom as it can', () => {
  const { calls, interceptPorts } = counted();
  return labOf({ interceptPorts, reconciler: false }, async (lab) => {
    lab.addGroup('web');
    await expectAllInService(lab, await launch(lab));
    // That it comes, which the launches of other groups count.
    expect(calls.get('ledger.saveObservation')).toBe(1);
    expect(calls.get('ledger.members')).toBeUndefined();
    const once = ['ec2.createTags', 'autoScaling.describeAutoScalingGroups', 'route53.changeResourceRecordSets'];
    for (const call of once) expect([call, calls.get(call)]).toEqual([call, 1]);
    // Once for the numbers that others of the group bear, once for the instance itself.
    expect(calls.get('ec2.describeInstances')).toBe(2);
    expect(calls.get('autoScaling.describeAutoScalingInstances')).toBeUndefined();
    expect(calls.get('route53.listResourceRecordSets')).toBeUndefined();
  });
});

test.each([
  ['the names are made', 'route53', 'changeResourceRecordSets'],
  ['the targets are registered', 'elasticLoadBalancing', 'registerTargets'],
] as const)('the leader is killed when %s, and has stored nothing', (_, port, operation) => {
  let killed = 0;
  const fatal = async (call: PortCall, proceed: () => Promise<unknown>) => {
    const answer = await proceed();
    if (call.operation !== operation || sizeOf(call) < 2 || killed > 0) return answer;
    killed += 1;
    throw connectionLost();
  };
  return labOf({ interceptPorts: interceptPort(port, fatal) }, async (lab) => {
    lab.addGroup('web');
    await expectAllInService(lab, await launch(lab, many));
    expect(killed).toBe(1);
  });
});

/** How many changes, or targets, a call is about. */
function sizeOf({ input }: PortCall): number {
  const { ChangeBatch, Targets } = input as { ChangeBatch?: { Changes: unknown[] }; Targets?: unknown[] };
  return ChangeBatch === undefined ? (Targets?.length ?? 0) : ChangeBatch.Changes.length / 2;
}

test('each step of a crowd run twice at the same time comes to the same end', () =>
  labOf(
    {
      interceptStep: (_, run) => async (payload) => {
        const [first, second] = await Promise.allSettled([run(payload), run(payload)]);
        if (first.status === 'fulfilled') return first.value;
        if (second.status === 'fulfilled') return second.value;
        throw first.reason;
      },
    },
    async (lab) => {
      lab.addGroup('web');
      await expectAllInService(lab, await launch(lab, many));
      for (const job of [lab.jobs.provision, lab.jobs.deploy]) expect(lab.jenkins?.builds(job)).toHaveLength(many);
    },
  ));

test('names of another owner stop their own launches, and keep none of the others from being made together', () => {
  const { calls, interceptPorts } = counted();
  return labOf({ interceptPorts }, async (lab) => {
    lab.addGroup('web');
    // Two, since one of them may happen to be the leader of a batch.
    const taken = ['web-07', 'web-11'].map((name) => `${name}.${lab.zone.name}`);
    for (const name of taken) lab.region.route53.world.foreign(lab.zone.id, { name, type: 'A', values: ['10.9.9.9'] });
    await launch(lab, many);
    const failed = executions(lab).filter(({ status }) => status !== 'SUCCEEDED');
    expect(failed.map(({ status, error }) => [status, error])).toEqual(taken.map(() => ['FAILED', 'NameTaken']));
    for (const name of taken) {
      expect(lab.region.route53.world.resolve(name)).toEqual(['10.9.9.9']);
      expect(lab.region.route53.world.resolve(name, 'TXT')).toEqual([]);
    }
    expect((await lab.ledger.members('web')).filter(({ phase }) => phase === 'in-service')).toHaveLength(many - 2);
    expect(calls.get('route53.changeResourceRecordSets')).toBeLessThan(many / 2);
    // Their own steps have looked whose they are, and those of no other launch.
    expect(calls.get('route53.listResourceRecordSets')).toBeLessThan(5);
  });
});

test('an alias in the way of a name is told by its name too', () =>
  labOf({}, async (lab) => {
    lab.addGroup('web');
    const name = `web-03.${lab.zone.name}`;
    lab.region.route53.world.foreign(lab.zone.id, { name, type: 'CNAME', values: ['elsewhere.example.com'] });
    await launch(lab, many);
    expect(executions(lab).filter(({ status }) => status !== 'SUCCEEDED')).toMatchObject([{ error: 'NameTaken' }]);
  }));

test('a name that a dead instance has left behind is taken over, also in a crowd', () =>
  labOf({}, async (lab) => {
    lab.addGroup('web');
    const values = (type: string) =>
      type === 'A'
        ? ['10.9.9.9']
        : ['"heritage=muster,deployment=aws:123456789012:eu-central-1:muster,group=web,instance=i-0123456789abcdef0"'];
    for (const type of ['A', 'TXT'] as const) {
      const name = `web-05.${lab.zone.name}`;
      lab.region.route53.world.foreign(lab.zone.id, { name, type, ttl: 60, values: values(type) });
    }
    await expectAllInService(lab, await launch(lab, many));
  }));

test('one that is released while the batch is made keeps nothing, and the others are told', () => {
  let released: string | undefined;
  const meanwhile = async (lab: Lab, call: PortCall) => {
    if (call.operation !== 'changeResourceRecordSets' || sizeOf(call) < 3 || released !== undefined) return;
    const inBatch = JSON.stringify(call.input);
    const victim = (await lab.ledger.members('web')).filter(({ fqdn }) => inBatch.includes(fqdn!)).at(-1)!;
    released = victim.instanceId;
    // Its release begins in the middle of the call, and has its own look at DNS later.
    await lab.ledger.update(victim, { phase: 'releasing' });
    const input = JSON.stringify({ group: 'web', instanceId: released, reason: 'orphan', lifecycle: null });
    lab.muster.engine.startExecution({ stateMachineArn: lab.muster.releaseArn, input });
  };
  let lab: Lab | undefined;
  const interceptor = async (call: PortCall, proceed: () => Promise<unknown>) => {
    const answer = await proceed();
    await meanwhile(lab!, call);
    return answer;
  };
  return labOf({ interceptPorts: interceptPort('route53', interceptor), reconciler: false }, async (made) => {
    lab = made;
    lab.addGroup('web');
    await launch(lab, many);
    expect(await lab.ledger.member('web', released!)).toBeUndefined();
    expect((await traces(lab, released!)).dns).toEqual([]);
    const failed = executions(lab).filter(({ status }) => status !== 'SUCCEEDED');
    expect(failed).toMatchObject([{ error: 'InstanceGone', name: expect.stringContaining(released!) as string }]);
  });
});
