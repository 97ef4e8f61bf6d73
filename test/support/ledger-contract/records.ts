import { at, breakerOf, claimOf, holdOf, observationOf, reserveOf, type Use } from './samples';

export function describeRecords(use: Use): void {
  test('are all that is known of a group: members by index, the others by instance', async () => {
    for (const index of [10, 2, 1]) await use().claim(claimOf(`i-${index}`, index));
    for (const instanceId of ['i-c', 'i-a', 'i-b']) {
      await use().saveHold(holdOf(instanceId));
      await use().saveReserve(reserveOf(instanceId));
    }
    await use().saveBreaker(breakerOf(1, { failed: ['i-c'] }));
    // An observation is no state of a group.
    await use().saveObservation(observationOf('health arn:tg'));

    const records = await use().records('web');
    expect(records).toStrictEqual({
      members: await use().members('web'),
      holds: ['i-a', 'i-b', 'i-c'].map((instanceId) => holdOf(instanceId)),
      reserves: ['i-a', 'i-b', 'i-c'].map((instanceId) => reserveOf(instanceId)),
      breaker: breakerOf(1, { failed: ['i-c'] }),
    });
    expect(records.members.map(({ index }) => index)).toStrictEqual([1, 2, 10]);
  });

  test('have no breaker where no launch has failed', async () => {
    await use().claim(claimOf('i-a', 1));
    await use().saveHold(holdOf('i-a'));
    expect(await use().records('web')).not.toHaveProperty('breaker');
  });

  test('show a hold that has no member, and a member that has no hold', async () => {
    await use().claim(claimOf('i-a', 1));
    await use().saveHold(holdOf('i-b'));
    await expect(use().records('web')).resolves.toMatchObject({
      members: [{ instanceId: 'i-a' }],
      holds: [{ instanceId: 'i-b' }],
      reserves: [],
    });
  });

  test('are those of their own group, however alike the names are', async () => {
    const groups = ['web', 'web-2', 'web#2', 'we', 'STATE#HOLD#'];
    for (const group of groups) {
      await use().claim(claimOf('i-a', 1, { group }));
      await use().saveHold(holdOf('i-a', 1, { group }));
      await use().saveReserve(reserveOf('i-a', 1, { group }));
      await use().saveBreaker(breakerOf(1, { group }));
    }
    for (const group of groups) {
      await expect(use().records(group)).resolves.toMatchObject({
        members: [{ group }],
        holds: [{ group }],
        reserves: [{ group }],
        breaker: { group },
      });
    }
    await use().removeHold('web-2', 'i-a');
    await expect(use().findHold('web', 'i-a')).resolves.toBeDefined();
    await expect(use().findHold('web-2', 'i-a')).resolves.toBeUndefined();
  });

  test('do not mix up a hold and a reserve of one instance', async () => {
    await use().saveHold(holdOf('i-a'));
    await expect(use().findReserve('web', 'i-a')).resolves.toBeUndefined();
    await use().saveReserve(reserveOf('i-a'));
    await use().removeHold('web', 'i-a');
    await expect(use().records('web')).resolves.toStrictEqual({
      members: [],
      holds: [],
      reserves: [reserveOf('i-a')],
    });
  });

  test('leave members, indexes and history as they are without holds, reserves and a breaker', async () => {
    await use().claim(claimOf('i-a', 1));
    const read = () =>
      Promise.all([
        use().members('web'),
        use().heldIndexes('web'),
        use().history('web'),
        use().history('web', { index: 1, limit: 1 }),
      ]);
    const before = await read();
    await use().saveHold(holdOf('i-a'));
    await use().saveReserve(reserveOf('i-b'));
    await use().saveBreaker(breakerOf(1, { openedAt: at(9) }));
    await expect(read()).resolves.toStrictEqual(before);
  });

  test('are changed through nothing that is given out', async () => {
    await use().saveHold(holdOf('i-a'));
    await use().saveBreaker(breakerOf(1, { failed: ['i-a'] }));
    const { holds, breaker } = await use().records('web');
    // A copy, or what cannot be changed.
    Reflect.set(holds, 'length', 0);
    Reflect.set(breaker?.failed ?? [], 1, 'i-z');
    await expect(use().records('web')).resolves.toMatchObject({
      holds: [{ instanceId: 'i-a' }],
      breaker: { failed: ['i-a'] },
    });
  });
}
