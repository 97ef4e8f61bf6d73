import { at, breakerOf, claimOf, holdOf, reserveOf, webOne, type Use } from './samples';

export function describeRemoval(use: Use): void {
  beforeEach(async () => {
    await use().saveHold(holdOf('i-a'));
    await use().saveHold(holdOf('i-b'));
    await use().saveReserve(reserveOf('i-a'));
    await use().saveReserve(reserveOf('i-b'));
    await use().saveBreaker(breakerOf());
  });
  const everything = {
    members: [],
    holds: [holdOf('i-a'), holdOf('i-b')],
    reserves: [reserveOf('i-a'), reserveOf('i-b')],
    breaker: breakerOf(),
  };

  test.each([
    ['whichever it is', undefined],
    ['of its execution', 'arn:run:i-a'],
  ])('takes away a hold, %s, and nothing else', async (_, execution) => {
    await use().removeHold('web', 'i-a', execution);
    await expect(use().findHold('web', 'i-a')).resolves.toBeUndefined();
    await expect(use().records('web')).resolves.toStrictEqual({ ...everything, holds: [holdOf('i-b')] });
  });

  test('takes away a reserve, and nothing else', async () => {
    await use().removeReserve('web', 'i-a');
    await expect(use().findReserve('web', 'i-a')).resolves.toBeUndefined();
    await expect(use().records('web')).resolves.toStrictEqual({ ...everything, reserves: [reserveOf('i-b')] });
  });

  test.each<[string, (ledger: ReturnType<Use>) => Promise<void>]>([
    ['the hold of another execution', (ledger) => ledger.removeHold('web', 'i-a', 'arn:run:i-b')],
    ['a hold that is not there', (ledger) => ledger.removeHold('web', 'i-z')],
    ['a hold that is not there, of an execution', (ledger) => ledger.removeHold('web', 'i-z', 'arn:run:i-z')],
    ['a hold of an unknown group', (ledger) => ledger.removeHold('unknown', 'i-a')],
    ['a reserve that is not there', (ledger) => ledger.removeReserve('web', 'i-z')],
    ['a reserve of an unknown group', (ledger) => ledger.removeReserve('unknown', 'i-a')],
  ])('does nothing for %s', async (_, remove) => {
    await expect(remove(use())).resolves.toBeUndefined();
    await expect(use().records('web')).resolves.toStrictEqual(everything);
  });

  test('does nothing the second time', async () => {
    await use().removeHold('web', 'i-a');
    await use().removeReserve('web', 'i-a');
    await expect(use().removeHold('web', 'i-a')).resolves.toBeUndefined();
    await expect(use().removeReserve('web', 'i-a')).resolves.toBeUndefined();
  });

  test('outdates who has read what was removed, and lets the next one begin at 1', async () => {
    await use().removeHold('web', 'i-a');
    await use().removeReserve('web', 'i-a');
    await expect(use().saveHold(holdOf('i-a', 2))).rejects.toMatchObject({ name: 'Outdated' });
    await expect(use().saveReserve(reserveOf('i-a', 2))).rejects.toMatchObject({ name: 'Outdated' });
    await use().saveHold(holdOf('i-a'));
    await use().saveReserve(reserveOf('i-a'));
    await expect(use().records('web')).resolves.toStrictEqual(everything);
  });

  test('of a reserve takes only that of the launch it means', async () => {
    const left = async () => (await use().findReserve('web', 'i-a')) !== undefined;
    await use().removeReserve('web', 'i-a', 'arn:another');
    expect(await left()).toBe(true);
    await use().removeReserve('web', 'i-a', reserveOf('i-a').execution);
    expect(await left()).toBe(false);
  });

  test('is not what it means to free an index', async () => {
    await use().claim(claimOf('i-a', 1));
    await expect(use().free(webOne, 'scaled in', at(90))).resolves.toBe(true);
    await expect(use().records('web')).resolves.toStrictEqual(everything);
  });
}
