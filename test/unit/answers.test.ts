import { seeNewcomers } from '../../functions/fleet/steps/claim-index/newcomers';
import { makeHandler as makeCheckDrained } from '../../functions/fleet/steps/check-drained/handler';
import {
  findBearer,
  isDead,
  requireInstance,
  readLifecycleState,
  readTargetHealth,
} from '../../functions/fleet/resources/instance';
import { changeRecords, readName } from '../../functions/fleet/resources/zone';
import { TargetGroupKinds } from '../../functions/fleet/steps/register-targets/target';
import { createMemoryLedger } from '../../infra/lab/region/ledger/memory-ledger';
import { aLaunch } from '../support/launches';

// An empty list says that there is nothing. A list that is not there, or that continues elsewhere, does not.

const { group, instanceId } = aLaunch();
const answering = (operation: string, answer: object) => ({ [operation]: async () => answer }) as never;
const unanswered = {
  name: 'AwsUnavailable',
  message: expect.stringContaining('an answer of AWS came without') as string,
};

describe('an answer without what it is about', () => {
  test.each<[string, object]>([
    ['the list', {}],
    ['the state', { AutoScalingInstances: [{ InstanceId: instanceId, AutoScalingGroupName: group }] }],
  ])('says no lifecycle state (%s is missing)', async (_, answer) => {
    const autoScaling = answering('describeAutoScalingInstances', answer);
    await expect(readLifecycleState(autoScaling, aLaunch())).rejects.toMatchObject(unanswered);
  });

  test('but an empty one says that the group has no such instance', async () => {
    const elsewhere = [{ InstanceId: instanceId, AutoScalingGroupName: 'another', LifecycleState: 'InService' }];
    for (const AutoScalingInstances of [[], elsewhere]) {
      const autoScaling = answering('describeAutoScalingInstances', { AutoScalingInstances });
      await expect(readLifecycleState(autoScaling, aLaunch())).resolves.toBeUndefined();
    }
  });

  test.each<[string, object]>([
    ['the reservations', {}],
    ['the state', { Reservations: [{ Instances: [{ InstanceId: instanceId }] }] }],
  ])('says of no instance that it is dead (%s is missing)', async (_, answer) => {
    await expect(isDead(answering('describeInstances', answer), instanceId)).rejects.toMatchObject(unanswered);
  });

  test('says of no instance that EC2 does not show it', async () => {
    await expect(requireInstance(answering('describeInstances', {}), instanceId)).rejects.toMatchObject(unanswered);
    const empty = answering('describeInstances', { Reservations: [] });
    await expect(requireInstance(empty, instanceId)).rejects.toMatchObject({ name: 'InstanceNotVisibleYet' });
  });

  test.each<[string, object, object]>([
    ['the groups', {}, { AutoScalingInstances: [] }],
    [
      'the group of an instance that is in it',
      { AutoScalingGroups: [] },
      {
        AutoScalingInstances: [{ InstanceId: instanceId, AutoScalingGroupName: group, LifecycleState: 'Pending:Wait' }],
      },
    ],
  ])('says of no group how many it wants (%s)', async (_, groups, instances) => {
    const autoScaling = {
      describeAutoScalingGroups: async () => groups,
      describeAutoScalingInstances: async () => instances,
    };
    const deps = { clock: { now: () => new Date(0) }, ledger: createMemoryLedger(), autoScaling };
    await expect(seeNewcomers(deps as never, aLaunch())).rejects.toMatchObject(unanswered);
  });

  test.each<[string, object]>([
    ['the targets', {}],
    ['the target', { TargetHealthDescriptions: [] }],
    ['its state', { TargetHealthDescriptions: [{ Target: { Id: instanceId } }] }],
  ])('says of no target that it is drained (%s is missing)', async (_, answer) => {
    const ledger = createMemoryLedger();
    const holder = { group, instanceId, index: 1 };
    const at = '2026-01-01T00:00:00.000Z';
    await ledger.claim({ ...holder, name: 'web-01', execution: 'arn:launch', at });
    await ledger.update(holder, { phase: 'releasing', targetGroups: ['arn:aws:x:targetgroup/web/1'] });
    const silent = { info: () => undefined, error: () => undefined, with: () => silent };
    const metrics = { count: () => undefined, duration: () => undefined };
    const deps = { clock: { now: () => new Date(0) }, log: silent, metrics, ledger };
    const handler = makeCheckDrained({
      ...deps,
      elasticLoadBalancing: answering('describeTargetHealth', answer),
    });
    const release = { group, instanceId, reason: 'orphan', lifecycle: null };
    const run = { execution: 'arn:release', redrives: 0, enteredAt: at, redrivenAt: null };
    await expect(handler({ release, run })).rejects.toMatchObject(unanswered);
  });
});

describe('what is looked for among targets, addresses and changes', () => {
  const targetGroup = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/1';

  test('is not absent where an answer has no list', async () => {
    const elb = answering('describeTargetHealth', {});
    await expect(readTargetHealth(elb, { targetGroup, id: '10.0.0.4' })).rejects.toMatchObject(unanswered);
    const clock = { now: () => new Date(0) };
    const elasticLoadBalancing = answering('describeTargetGroups', {});
    const kinds = new TargetGroupKinds({ clock, elasticLoadBalancing, ledger: createMemoryLedger() });
    await expect(kinds.look(group, targetGroup)).rejects.toMatchObject(unanswered);
  });

  test('is not absent where the first page has nothing of it, and a second one does', async () => {
    const Tags = [{ Key: 'aws:autoscaling:groupName', Value: group }];
    const pages: Record<string, object> = {
      first: { Reservations: [], NextToken: 'second' },
      second: { Reservations: [{ Instances: [{ InstanceId: instanceId, Tags }] }] },
    };
    const ec2 = {
      describeInstances: async ({ NextToken = 'first' }: { NextToken?: string }) => pages[NextToken] ?? {},
    };
    await expect(findBearer(ec2 as never, group, '10.0.0.4')).resolves.toEqual({ instanceId, isNumbered: false });
    pages.second = { Reservations: [] };
    await expect(findBearer(ec2 as never, group, '10.0.0.4')).resolves.toBeUndefined();
  });

  test.each([{}, { ChangeInfo: {} }])(
    'is no change that can be waited for, where %j is all that is said',
    async (answer) => {
      const route53 = answering('changeResourceRecordSets', answer);
      await expect(changeRecords(route53, 'Z1', 'a test', [])).rejects.toMatchObject(unanswered);
    },
  );
});

describe('a name of a zone', () => {
  const name = 'web-01.internal.example.com';
  const record = (Type: string, at?: number, Name = `${name}.`) => ({
    Name,
    Type,
    TTL: 60,
    ResourceRecords: [{ Value: 'x' }],
    ...(at !== undefined && { SetIdentifier: String(at), Weight: 1 }),
  });
  const foreign = Array.from({ length: 45 }, (_, at) => record('AAAA', at));
  const zone = [...foreign, record('TXT'), record('A', undefined, `web-02.${name}.`)];

  /** Pages of 20, as Route 53 makes them. */
  function route53(records: readonly ReturnType<typeof record>[]) {
    const asked: object[] = [];
    const listResourceRecordSets = async (input: { StartRecordType?: string; StartRecordIdentifier?: string }) => {
      asked.push(input);
      const isStart = (one: (typeof records)[number]) =>
        one.Type === input.StartRecordType &&
        (one as { SetIdentifier?: string }).SetIdentifier === input.StartRecordIdentifier;
      const from = input.StartRecordType === undefined ? 0 : records.findIndex(isStart);
      const next = records[from + 20] as { Name: string; Type: string; SetIdentifier?: string } | undefined;
      return {
        ResourceRecordSets: records.slice(from, from + 20),
        IsTruncated: next !== undefined,
        ...(next && { NextRecordName: next.Name, NextRecordType: next.Type, NextRecordIdentifier: next.SetIdentifier }),
      };
    };
    return { asked, port: { listResourceRecordSets } as never };
  }

  test('is read to its end, however many of other owners stand before ours', async () => {
    const { asked, port } = route53(zone);
    const { records, foreign: others } = await readName(port, 'Z1', name);
    expect(records.map(({ type }) => type)).toEqual(['TXT']);
    expect(others).toHaveLength(45);
    expect(asked).toHaveLength(3);
  });

  test('is read no further than its end', async () => {
    const after = Array.from({ length: 30 }, () => record('A', undefined, `x.${name}.`));
    const { asked, port } = route53([record('A'), record('TXT'), ...after]);
    expect((await readName(port, 'Z1', name)).records).toHaveLength(2);
    expect(asked).toEqual([{ HostedZoneId: 'Z1', StartRecordName: `${name}.`, MaxItems: 20 }]);
  });

  test('of which nothing is said is not free', async () => {
    const port = answering('listResourceRecordSets', { IsTruncated: false });
    await expect(readName(port, 'Z1', name)).rejects.toMatchObject(unanswered);
  });
});
