import type { Tag } from '@aws-sdk/client-ec2';
import { liveInstances, seeMarks } from '../../../functions/fleet/steps/claim-index/newcomers';
import { createMemoryLedger, type MemoryLedger } from '../../../infra/lab/region/ledger/memory-ledger';
import { at, claimOf } from '../../support/ledger-contract';

const identity = { partition: 'aws', account: '123456789012', region: 'eu-central-1', deployment: 'muster' };

function bearing(index: string, more: Record<string, string> = {}): Tag[] {
  const tags = { 'aws:autoscaling:groupName': 'web', 'muster:index': index, ...more };
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** What is seen of instances with these tags, one a page, of which the group lists these, in these states. */
async function see(
  tags: Record<string, Tag[]>,
  states: Record<string, string>,
  ledger: MemoryLedger = createMemoryLedger(),
) {
  const pages = Object.entries(tags).map(([InstanceId, Tags]) => [{ Instances: [{ InstanceId, Tags }] }]);
  const describeInstances = async ({ NextToken = '0' }: { NextToken?: string }) => {
    const page = Number(NextToken);
    return { Reservations: pages[page] ?? [], ...(page + 1 < pages.length && { NextToken: String(page + 1) }) };
  };
  const ec2 = { describeInstances, createTags: async () => ({}) };
  const listed = Object.entries(states).map(([InstanceId, LifecycleState]) => ({ InstanceId, LifecycleState }));
  const live = await liveInstances(ec2, 'web');
  return seeMarks({ ledger, identity }, 'web', { listed: listed as never, live });
}

describe('numbers that instances bear without the ledger', () => {
  test('are seen on every page, no matter which launch wrote them', async () => {
    const other = { 'muster:deployment': 'aws:123456789012:eu-central-1:blue' };
    const own = { 'muster:deployment': 'aws:123456789012:eu-central-1:muster' };
    const tags = { 'i-a': bearing('1', own), 'i-b': bearing('2', other), 'i-c': bearing('7') };
    const states = { 'i-a': 'InService', 'i-b': 'Standby', 'i-c': 'Terminating:Wait' };
    expect(await see(tags, states)).toEqual([
      { instanceId: 'i-a', index: 1, ours: true },
      { instanceId: 'i-b', index: 2, ours: false },
      { instanceId: 'i-c', index: 7, ours: true },
    ]);
  });

  test('are none of members, of the warm pool, of other groups, or no numbers', async () => {
    const ledger = createMemoryLedger();
    await ledger.claim(claimOf('i-member', 1));
    const tags = {
      'i-member': bearing('1'),
      'i-pool': bearing('2'),
      'i-other': bearing('3', { 'aws:autoscaling:groupName': 'wab' }),
      'i-text': bearing('four'),
      'i-minus': bearing('-1'),
      'i-half': bearing('1.5'),
      'i-empty': bearing(''),
    };
    const states = Object.fromEntries(
      Object.keys(tags)
        .filter((id) => id !== 'i-pool')
        .map((id) => [id, 'InService']),
    );
    expect(await see(tags, states, ledger)).toEqual([]);
  });

  test('are of an earlier stay if the history says that they were given up, and of this one if taken again', async () => {
    const ledger = createMemoryLedger();
    const gaveUp = { group: 'web', instanceId: 'i-out', index: 2 };
    await ledger.claim(claimOf('i-out', 2));
    await ledger.free(gaveUp, 'warm pool', at(1));
    const tags = { 'i-out': bearing('2') };
    expect(await see(tags, { 'i-out': 'Pending:Wait' }, ledger)).toEqual([]);
    expect(await see(tags, { 'i-out': 'InService' }, ledger)).toHaveLength(1);
    expect(await see({ 'i-out': bearing('3') }, { 'i-out': 'Pending:Wait' }, ledger)).toHaveLength(1);
  });
});
