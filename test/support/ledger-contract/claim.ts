import type { Member } from '../../../functions/fleet/ledger/port';
import { at, build, claimOf, recordOf, webOne, type Use } from './samples';

export function describeClaim(use: Use): void {
  test('gives the index to the instance: slot, member and history', async () => {
    await expect(use().claim(claimOf('i-a', 1, { fqdn: 'web-1.example.internal' }))).resolves.toBe('claimed');

    const expected: Member = {
      group: 'web',
      instanceId: 'i-a',
      index: 1,
      name: 'web-1',
      fqdn: 'web-1.example.internal',
      execution: 'arn:run:i-a',
      phase: 'launching',
      claimedAt: at(0),
      builds: {},
    };
    await expect(use().member('web', 'i-a')).resolves.toStrictEqual(expected);
    await expect(use().heldIndexes('web')).resolves.toStrictEqual([1]);
    await expect(use().history('web')).resolves.toStrictEqual([
      { group: 'web', index: 1, name: 'web-1', instanceId: 'i-a', event: 'claimed', reason: 'arn:run:i-a', at: at(0) },
    ]);
  });

  test('leaves out the DNS name where there is none', async () => {
    await use().claim(claimOf('i-a', 1));
    expect(await use().member('web', 'i-a')).not.toHaveProperty('fqdn');
  });

  test('takes over what the instance has been through before', async () => {
    const builds = { provision: recordOf(3, build), 'platform/warm.web #1': recordOf(1) };
    await use().claim(claimOf('i-a', 1, { builds }));
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ phase: 'launching', builds });
    // And continues from there: the next revision is the next one of that record, and the first of any other.
    await expect(use().saveBuild(webOne, 'provision', recordOf(1))).rejects.toMatchObject({ name: 'Outdated' });
    await use().saveBuild(webOne, 'provision', recordOf(4));
    await use().saveBuild(webOne, 'deploy', recordOf(1));
    const member = await use().member('web', 'i-a');
    expect(member?.builds).toStrictEqual({ ...builds, provision: recordOf(4), deploy: recordOf(1) });
  });

  test('takes over nothing for an instance that holds an index already', async () => {
    await use().claim(claimOf('i-a', 1));
    await use().claim(claimOf('i-a', 1, { builds: { provision: recordOf(3) } }));
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ builds: {} });
  });

  test('takes 0 for an index like any other', async () => {
    await expect(use().claim(claimOf('i-a', 0))).resolves.toBe('claimed');
    await expect(use().heldIndexes('web')).resolves.toStrictEqual([0]);
    await expect(use().free({ ...webOne, index: 0 }, 'gone', at(1))).resolves.toBe(true);
  });

  test('refuses an index that another instance holds, and changes nothing', async () => {
    await use().claim(claimOf('i-a', 1));
    await expect(use().claim(claimOf('i-b', 1))).resolves.toBe('index-taken');
    await expect(use().member('web', 'i-b')).resolves.toBeUndefined();
    await expect(use().history('web')).resolves.toHaveLength(1);
  });

  test.each([
    ['the same index', 1],
    ['a free index', 2],
    ['an index of another', 3],
  ])('tells an instance that holds an index already, when it claims %s', async (_, index) => {
    await use().claim(claimOf('i-a', 1));
    await use().claim(claimOf('i-b', 3));
    await expect(use().claim(claimOf('i-a', index, { execution: 'arn:other', at: at(5) }))).resolves.toBe(
      'already-member',
    );
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ index: 1, execution: 'arn:run:i-a' });
    await expect(use().heldIndexes('web')).resolves.toStrictEqual([1, 3]);
    await expect(use().history('web')).resolves.toHaveLength(2);
  });

  test('keeps groups apart', async () => {
    await use().claim(claimOf('i-a', 1));
    await expect(use().claim(claimOf('i-b', 1, { group: 'web#1' }))).resolves.toBe('claimed');
    await expect(use().claim(claimOf('i-a', 2, { group: 'db' }))).resolves.toBe('claimed');
    await expect(use().heldIndexes('web')).resolves.toStrictEqual([1]);
    await expect(use().members('db')).resolves.toMatchObject([{ instanceId: 'i-a', index: 2 }]);
    await expect(use().history('db')).resolves.toHaveLength(1);
  });

  test('refuses what is no index and what is no time', async () => {
    await expect(use().claim(claimOf('i-a', -1))).rejects.toMatchObject({ name: 'InvalidIndex' });
    await expect(use().claim(claimOf('i-a', 1.5))).rejects.toMatchObject({ name: 'InvalidIndex' });
    await expect(use().claim(claimOf('i-a', 1, { at: 'today' }))).rejects.toMatchObject({ name: 'InvalidTime' });
    await expect(use().members('web')).resolves.toStrictEqual([]);
  });

  test('lists members and indexes in the order of the numbers', async () => {
    for (const index of [10, 2, 100, 1]) await use().claim(claimOf(`i-${index}`, index));
    await expect(use().heldIndexes('web')).resolves.toStrictEqual([1, 2, 10, 100]);
    expect((await use().members('web')).map(({ index }) => index)).toStrictEqual([1, 2, 10, 100]);
    const slots = [1, 2, 10, 100].map((index) => ({ index, instanceId: `i-${index}` }));
    await expect(use().slots('web')).resolves.toStrictEqual(slots);
  });

  test('is changed through nothing that is given out', async () => {
    await use().claim(claimOf('i-a', 1));
    const [member] = await use().members('web');
    // A copy, or what cannot be changed.
    Reflect.set(member ?? {}, 'phase', 'in-service');
    Reflect.set(member?.builds ?? {}, 'deploy', 'nonsense');
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ phase: 'launching', builds: {} });
  });
}

export function describeConcurrency(use: Use): void {
  // As a step does it: look, choose the lowest free one, and after a conflict look again and choose any. So all of
  // them collide at first, and then they spread.
  async function claimUntilHeld(instanceId: string, group: number, anyOf: (free: number[]) => number): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const held = new Set(await use().heldIndexes('web'));
      const free = Array.from({ length: group }, (_, position) => position + 1).filter((index) => !held.has(index));
      const index = attempt === 1 ? Math.min(...free) : anyOf(free);
      if ((await use().claim(claimOf(instanceId, index))) === 'claimed') return;
    }
  }

  test('gives 20 instances 20 different indexes without a gap', async () => {
    const instances = Array.from({ length: 20 }, (_, number) => `i-${number}`);
    let turn = 0;
    const anyOf = (free: number[]) => free[(turn += 7) % free.length]!;
    await Promise.all(instances.map((instanceId) => claimUntilHeld(instanceId, 20, anyOf)));
    const dense = instances.map((_, position) => position + 1);
    await expect(use().heldIndexes('web')).resolves.toStrictEqual(dense);
    const members = await use().members('web');
    expect(members.map(({ index }) => index)).toStrictEqual(dense);
    expect(new Set(members.map(({ instanceId }) => instanceId))).toStrictEqual(new Set(instances));
    await expect(use().history('web')).resolves.toHaveLength(20);
  });

  test('gives one index to one of many', async () => {
    const results = await Promise.all(['i-a', 'i-b', 'i-c'].map((instanceId) => use().claim(claimOf(instanceId, 1))));
    expect(results.sort()).toStrictEqual(['claimed', 'index-taken', 'index-taken']);
  });

  test('gives one instance one index, however often it claims', async () => {
    const results = await Promise.all([1, 2, 3].map((index) => use().claim(claimOf('i-a', index))));
    expect(results.sort()).toStrictEqual(['already-member', 'already-member', 'claimed']);
    await expect(use().heldIndexes('web')).resolves.toHaveLength(1);
  });
}
