import { at, claimOf, recordOf, webOne, type Use } from './samples';

export function describeFree(use: Use): void {
  beforeEach(() => use().claim(claimOf('i-a', 1)));

  test('takes slot and member away and leaves a history entry', async () => {
    await expect(use().free(webOne, 'scaled in', at(90))).resolves.toBe(true);
    await expect(use().member('web', 'i-a')).resolves.toBeUndefined();
    await expect(use().members('web')).resolves.toStrictEqual([]);
    await expect(use().heldIndexes('web')).resolves.toStrictEqual([]);
    await expect(use().history('web', { limit: 1 })).resolves.toStrictEqual([
      { group: 'web', index: 1, name: 'web-1', instanceId: 'i-a', event: 'freed', reason: 'scaled in', at: at(90) },
    ]);
  });

  test('does nothing for a launch of an earlier stay, though it held the same index', async () => {
    const { execution } = claimOf('i-a', 1);
    await use().free(webOne, 'to-warm-pool', at(90), execution);
    await use().claim(claimOf('i-a', 1, { execution: 'arn:next', at: at(91) }));
    await expect(use().free(webOne, 'to-warm-pool', at(92), execution)).resolves.toBe(false);
    await expect(use().heldIndexes('web')).resolves.toStrictEqual([1]);
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ execution: 'arn:next' });
    await expect(use().free(webOne, 'scale-in', at(93), 'arn:next')).resolves.toBe(true);
  });

  test('does nothing, and says so, the second time', async () => {
    await use().free(webOne, 'scaled in', at(90));
    await expect(use().free(webOne, 'scaled in', at(91))).resolves.toBe(false);
    await expect(use().history('web')).resolves.toHaveLength(2);
  });

  test.each([
    ['an instance that has none', { ...webOne, instanceId: 'i-z' }],
    ['an index that the instance does not hold', { ...webOne, index: 2 }],
    ['another group', { ...webOne, group: 'db' }],
  ])('does nothing for %s', async (_, holder) => {
    await expect(use().free(holder, 'scaled in', at(90))).resolves.toBe(false);
    await expect(use().heldIndexes('web')).resolves.toStrictEqual([1]);
    await expect(use().history('web')).resolves.toHaveLength(1);
  });

  test('makes the index free for others, and the instance free for another one', async () => {
    await use().free(webOne, 'scaled in', at(90));
    await expect(use().claim(claimOf('i-b', 1))).resolves.toBe('claimed');
    await expect(use().claim(claimOf('i-a', 2))).resolves.toBe('claimed');
  });

  test('lets the same instance have the same index again, with nothing left of before', async () => {
    await use().update(webOne, { phase: 'in-service', addresses: ['10.0.0.1'] });
    await use().saveBuild(webOne, 'deploy', recordOf(1));
    await use().free(webOne, 'scaled in', at(90));
    await expect(use().claim(claimOf('i-a', 1, { at: at(100) }))).resolves.toBe('claimed');
    const member = await use().member('web', 'i-a');
    expect(member).toMatchObject({ phase: 'launching', claimedAt: at(100), builds: {} });
    expect(member).not.toHaveProperty('addresses');
  });

  test('is done by one of two that try at once', async () => {
    const both = [at(90), at(91)].map((time) => use().free(webOne, 'scaled in', time));
    expect((await Promise.all(both)).sort()).toStrictEqual([false, true]);
    await expect(use().history('web')).resolves.toHaveLength(2);
  });
}

export function describeFencing(use: Use): void {
  // i-a held index 1 and has lost it to i-b.
  beforeEach(async () => {
    await use().claim(claimOf('i-a', 1));
    await use().saveBuild(webOne, 'deploy', recordOf(1));
    await use().free(webOne, 'abandoned', at(10));
    await use().claim(claimOf('i-b', 1, { at: at(20) }));
  });

  const untouched = async () => {
    const members = await use().members('web');
    expect(members).toMatchObject([{ instanceId: 'i-b', phase: 'launching', builds: {} }]);
    await expect(use().history('web')).resolves.toHaveLength(3);
  };

  test('cannot update', async () => {
    const stale = use().update(webOne, { phase: 'in-service' });
    await expect(stale).rejects.toMatchObject({ name: 'NotHolder', fault: 'environment' });
    await untouched();
  });

  test.each([1, 2])('cannot store revision %i of a build', async (revision) => {
    const stale = use().saveBuild(webOne, 'deploy', recordOf(revision));
    await expect(stale).rejects.toMatchObject({ name: 'NotHolder', fault: 'environment' });
    await untouched();
  });

  test('cannot free the index of the one after it', async () => {
    await expect(use().free(webOne, 'abandoned', at(30))).resolves.toBe(false);
    await untouched();
  });

  test('cannot act for its old index when it holds a new one', async () => {
    await use().claim(claimOf('i-a', 2, { at: at(25) }));
    await expect(use().update(webOne, { phase: 'in-service' })).rejects.toMatchObject({ name: 'NotHolder' });
    await expect(use().saveBuild(webOne, 'deploy', recordOf(1))).rejects.toMatchObject({ name: 'NotHolder' });
    await expect(use().free(webOne, 'abandoned', at(30))).resolves.toBe(false);
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ index: 2, phase: 'launching', builds: {} });
  });

  test('leaves the new holder free to act', async () => {
    const holder = { ...webOne, instanceId: 'i-b' };
    await use().update(holder, { phase: 'completing' });
    await use().saveBuild(holder, 'deploy', recordOf(1));
    await expect(use().free(holder, 'scaled in', at(40))).resolves.toBe(true);
  });
}
