import type { Filter } from '@aws-sdk/client-ec2';
import { seekersOf, seeNewcomers } from '../../../functions/fleet/steps/claim-index/newcomers';
import { createMemoryLedger } from '../../../infra/lab/region/ledger/memory-ledger';
import { aLaunch } from '../../support/launches';

const { group, instanceId: self } = aLaunch();

/** Who seeks a number of the group's instances, each with its lifecycle state and its state in EC2; and how often EC2 was asked. */
async function seek(instances: Record<string, readonly [lifecycle: string, state: string]>) {
  let asked = 0;
  const describeInstances = async ({ Filters = [] }: { Filters?: Filter[] }) => {
    asked += 1;
    const states = Filters.find(({ Name }) => Name === 'instance-state-name')?.Values ?? [];
    const found = Object.entries(instances).filter(([, [, state]]) => states.includes(state));
    return { Reservations: [{ Instances: found.map(([InstanceId, [, Name]]) => ({ InstanceId, State: { Name } })) }] };
  };
  const Instances = Object.entries(instances).map(([InstanceId, [LifecycleState]]) => ({ InstanceId, LifecycleState }));
  const described = { AutoScalingGroups: [{ AutoScalingGroupName: group, Instances }] };
  const deps = {
    clock: { now: () => new Date(0) },
    ledger: createMemoryLedger(),
    autoScaling: { describeAutoScalingGroups: async () => described },
    ec2: { describeInstances },
    identity: { partition: 'aws', account: '123456789012', region: 'eu-central-1', deployment: 'muster' },
  };
  const newcomers = await seeNewcomers(deps as never, aLaunch());
  return { seekers: [...seekersOf(newcomers)].sort(), comers: newcomers.comers.length, asked };
}

test('those in their hook seek a number', async () => {
  const seen = await seek({
    [self]: ['Pending:Wait', 'running'],
    'i-b': ['Pending:Wait', 'running'],
    'i-c': ['InService', 'running'],
  });
  expect(seen).toEqual({ seekers: [self, 'i-b'].sort(), comers: 2, asked: 1 });
});

test('those that start will come to their hook; those that have run for long come from Standby, or are attached', async () => {
  const seen = await seek({
    'i-standby': ['Pending', 'running'],
    'i-new': ['Pending', 'pending'],
    'i-of-pool': ['Pending', 'stopped'],
    [self]: ['Pending:Wait', 'running'],
  });
  expect(seen.seekers).toEqual([self, 'i-new', 'i-of-pool'].sort());
  // One call, which also shows what numbers they bear.
  expect([seen.comers, seen.asked]).toEqual([4, 1]);
});

test('the one that asks seeks one, though its group shows it a moment behind', async () => {
  expect((await seek({ [self]: ['Pending', 'running'] })).seekers).toEqual([self]);
});

test('in a view that an earlier version has stored all may seek one', () => {
  expect(seekersOf({ comers: ['i-a', 'i-b'], marks: [] })).toEqual(['i-a', 'i-b']);
});
