import type { HistoryEntry } from '../../../functions/fleet/ledger/port';
import { at, claimOf, recordOf, webOne, type Use } from './samples';

export function describeHistory(use: Use): void {
  const brief = (entries: HistoryEntry[]) =>
    entries.map(({ index, instanceId, event }) => `${index} ${event} ${instanceId}`);

  async function threeTenures(): Promise<void> {
    await use().claim(claimOf('i-a', 1, { at: at(1) }));
    await use().claim(claimOf('i-b', 10, { at: at(2) }));
    await use().free(webOne, 'scaled in', at(3));
    await use().claim(claimOf('i-c', 1, { at: at(4) }));
  }

  test('lists all indexes, newest first', async () => {
    await threeTenures();
    expect(brief(await use().history('web'))).toStrictEqual([
      '1 claimed i-c',
      '1 freed i-a',
      '10 claimed i-b',
      '1 claimed i-a',
    ]);
  });

  test('lists one index', async () => {
    await threeTenures();
    expect(brief(await use().history('web', { index: 1 }))).toStrictEqual([
      '1 claimed i-c',
      '1 freed i-a',
      '1 claimed i-a',
    ]);
    await expect(use().history('web', { index: 2 })).resolves.toStrictEqual([]);
  });

  test.each([{ limit: 2 }, { index: 1, limit: 2 }])('ends after so many entries: %p', async (options) => {
    await threeTenures();
    expect(brief(await use().history('web', options))).toStrictEqual(['1 claimed i-c', '1 freed i-a']);
  });

  test('is empty where nothing is asked for', async () => {
    await threeTenures();
    await expect(use().history('web', { limit: 0 })).resolves.toStrictEqual([]);
  });

  test('ends after 50 entries by default', async () => {
    for (let tenure = 0; tenure < 26; tenure += 1) {
      await use().claim(claimOf('i-a', 1, { at: at(2 * tenure) }));
      await use().free(webOne, 'scaled in', at(2 * tenure + 1));
    }
    await expect(use().history('web')).resolves.toHaveLength(50);
    await expect(use().history('web', { index: 1 })).resolves.toHaveLength(50);
    await expect(use().history('web', { limit: 100 })).resolves.toHaveLength(52);
  });

  test('takes a hand-over within one millisecond for freed, then claimed', async () => {
    await use().claim(claimOf('i-z', 1, { at: at(0) }));
    await use().free({ ...webOne, instanceId: 'i-z' }, 'scaled in', at(1));
    await use().claim(claimOf('i-a', 1, { at: at(1) }));
    expect(brief(await use().history('web'))).toStrictEqual(['1 claimed i-a', '1 freed i-z', '1 claimed i-z']);
  });

  test('orders times by when they are, not by how they are spelled', async () => {
    await use().claim(claimOf('i-a', 1, { at: '2026-01-01T00:00:00Z' }));
    await use().claim(claimOf('i-b', 2, { at: '2026-01-01T00:00:00.500Z' }));
    expect(brief(await use().history('web'))).toStrictEqual(['2 claimed i-b', '1 claimed i-a']);
  });
}

export function describeUnknownGroup(use: Use): void {
  test('is empty', async () => {
    await use().claim(claimOf('i-a', 1));
    await expect(use().member('unknown', 'i-a')).resolves.toBeUndefined();
    await expect(use().members('unknown')).resolves.toStrictEqual([]);
    await expect(use().heldIndexes('unknown')).resolves.toStrictEqual([]);
    await expect(use().history('unknown')).resolves.toStrictEqual([]);
    await expect(use().findHold('unknown', 'i-a')).resolves.toBeUndefined();
    await expect(use().findReserve('unknown', 'i-a')).resolves.toBeUndefined();
    await expect(use().breaker('unknown')).resolves.toBeUndefined();
    await expect(use().records('unknown')).resolves.toStrictEqual({ members: [], holds: [], reserves: [] });
  });

  test('has no holder', async () => {
    const holder = { ...webOne, group: 'unknown' };
    await expect(use().update(holder, { phase: 'completing' })).rejects.toMatchObject({ name: 'NotHolder' });
    await expect(use().saveBuild(holder, 'deploy', recordOf(1))).rejects.toMatchObject({ name: 'NotHolder' });
    await expect(use().free(holder, 'scaled in', at(1))).resolves.toBe(false);
  });
}
