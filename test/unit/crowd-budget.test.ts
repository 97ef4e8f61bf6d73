import { restOfTurn, tagsWaitMs } from '../../functions/fleet/crowd/size';
import { countComers } from '../../functions/fleet/steps/claim-index/newcomers';
import { noGroup } from '../../functions/fleet/ledger/records';
import { createMemoryLedger } from '../../infra/lab/region/ledger/memory-ledger';
import { limits } from '../../infra/lab/region/limits';

// What a deployment takes of the account's limits, counted over its groups.

describe('who comes in all groups', () => {
  let now = 0;
  const deps = () => ({ clock: { now: () => new Date(now) }, ledger: createMemoryLedger() }) as const;

  test('is counted with what other groups saw', async () => {
    const at = deps();
    expect(await countComers(at, 'web', 25)).toBe(25);
    expect(await countComers(at, 'api', 30)).toBe(55);
    expect(await countComers(at, 'web', 25)).toBe(55);
  });

  test('is not forgotten by one whose own look came too early', async () => {
    const at = deps();
    await countComers(at, 'web', 100);
    await countComers(at, 'web', 3);
    expect(await countComers(at, 'api', 1)).toBe(101);
  });

  test('is forgotten after some minutes, and counted anew in between', async () => {
    const at = deps();
    await countComers(at, 'web', 100);
    now += 100_000;
    await countComers(at, 'web', 60);
    now += 100_000;
    expect(await countComers(at, 'api', 1)).toBe(61);
    now += 200_000;
    expect(await countComers(at, 'api', 2)).toBe(2);
  });

  test('of a hundred that count at the same moment, each group is on record', async () => {
    const at = deps();
    const all = Array.from({ length: 100 }, (_, one) => countComers(at, `group-${one % 4}`, 25));
    await Promise.all(all);
    expect(await countComers(at, 'group-0', 25)).toBe(100);
  });

  test('is the own group alone where another version wrote what this one cannot read', async () => {
    const at = deps();
    const value = '{"web":"many"}';
    await at.ledger.saveObservation({
      group: noGroup,
      key: 'comers of all groups',
      revision: 1,
      at: new Date(now).toISOString(),
      value,
    });
    expect(await countComers(at, 'web', 7)).toBe(7);
  });

  test('writes once a group in a while, whoever asks', async () => {
    const at = deps();
    for (let one = 0; one < 50; one += 1) await countComers(at, 'web', 25);
    expect((await at.ledger.observation(noGroup, 'comers of all groups'))?.revision).toBe(1);
  });
});

describe('tags of a crowd', () => {
  test.each([1, 25, 100, 250])('of %i wait for nothing', (crowd) => {
    expect(Math.max(...Array.from({ length: crowd }, (_, index) => tagsWaitMs({ crowd, index })))).toBe(0);
  });

  // In one group, or the same numbers in four.
  test.each([
    [1000, 1],
    [1000, 4],
    [400, 4],
    [2000, 1],
  ])('of %i in %i groups take half of a minute of CreateTags at most, in any minute', (crowd, groups) => {
    const times = Array.from({ length: crowd }, (_, one) => tagsWaitMs({ crowd, index: Math.floor(one / groups) }));
    const inMinute = (from: number) => times.filter((time) => time >= from && time < from + 60_000).length;
    const most = Math.max(...times.map(inMinute));
    expect(most).toBeLessThanOrEqual(0.5 * 60 * limits.ec2.createTags.perSecond);
  });
});

test.each([
  [0, 2_000],
  [250, 2_000],
  [1000, 8_000],
])('what a crowd of %i does together rests for %i ms', (crowd, ms) => expect(restOfTurn(crowd)).toBe(ms));
