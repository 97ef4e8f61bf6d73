import { restOfAll, restOfTurn, tagsWaitMs } from '../../functions/fleet/crowd/size';
import { countNewcomers } from '../../functions/fleet/steps/claim-index/newcomers';
import { takeTurn, takeTurnOfAll } from '../../functions/fleet/crowd/turns';
import { noGroup } from '../../functions/fleet/ledger/records';
import { createMemoryLedger } from '../../infra/lab/region/ledger/memory-ledger';
import { limits } from '../../infra/lab/region/calls/limits';

// What a deployment takes of the account's limits, counted over its groups.

describe('who comes in all groups', () => {
  let now = 0;
  const deps = () => ({ clock: { now: () => new Date(now) }, ledger: createMemoryLedger() }) as const;

  test('is counted with what other groups saw', async () => {
    const at = deps();
    expect(await countNewcomers(at, 'web', 25)).toBe(25);
    expect(await countNewcomers(at, 'api', 30)).toBe(55);
    expect(await countNewcomers(at, 'web', 25)).toBe(55);
  });

  test('is not forgotten by one whose own look came too early', async () => {
    const at = deps();
    await countNewcomers(at, 'web', 100);
    await countNewcomers(at, 'web', 3);
    expect(await countNewcomers(at, 'api', 1)).toBe(101);
  });

  test('is forgotten after some minutes, and counted again in between', async () => {
    const at = deps();
    await countNewcomers(at, 'web', 100);
    now += 100_000;
    await countNewcomers(at, 'web', 60);
    now += 100_000;
    expect(await countNewcomers(at, 'api', 1)).toBe(61);
    now += 200_000;
    expect(await countNewcomers(at, 'api', 2)).toBe(2);
  });

  test('of a hundred that count at the same moment, each group is on record', async () => {
    const at = deps();
    const all = Array.from({ length: 100 }, (_, one) => countNewcomers(at, `group-${one % 4}`, 25));
    await Promise.all(all);
    expect(await countNewcomers(at, 'group-0', 25)).toBe(100);
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
    expect(await countNewcomers(at, 'web', 7)).toBe(7);
  });

  test('writes once a group in a while, no matter which run asks', async () => {
    const at = deps();
    for (let one = 0; one < 50; one += 1) await countNewcomers(at, 'web', 25);
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

test.each([
  [0, 0],
  [250, 0],
  [251, 502],
  [1000, 2_000],
])('between changes of DNS all groups of a crowd of %i rest for %d ms: a quarter of what each rests', (crowd, ms) =>
  expect(restOfAll(crowd)).toBe(ms),
);

// 618 and so on: the golden ratio, of which no multiple comes near another one.
test.each([
  [251, 1, 36_935],
  [1000, 1, 147_151],
  [1000, 2, 56_207],
  [1000, 3, 203_358],
  [1000, 0, 0],
])('of %i that come, number %i writes its tags after %d ms', (crowd, index, ms) =>
  expect(Math.round(tagsWaitMs({ crowd, index }))).toBe(ms),
);

describe('a turn of all groups', () => {
  const asking = () => {
    let now = 0;
    const deps = { clock: { now: () => new Date(now) }, ledger: createMemoryLedger() };
    const ask = (group: string, crowd: number) => takeTurnOfAll(deps, { group, what: 'dns', crowd });
    return { deps, ask, pass: (ms: number) => (now += ms) };
  };

  test('is not shared in a small crowd: each group has its own, and nothing is written for all', async () => {
    const { deps, ask } = asking();
    expect([await ask('web', 250), await ask('api', 250), await ask('web', 250)]).toEqual([true, true, false]);
    expect(await deps.ledger.observation(noGroup, 'turn dns')).toBeUndefined();
  });

  test('is one group’s at a time in a big one, and goes round', async () => {
    const { ask, pass } = asking();
    const four = ['web', 'api', 'job', 'db'];
    const turns: string[] = [];
    for (let second = 0; second < 24; second += 1) {
      for (const group of four) if (await ask(group, 1000)) turns.push(group);
      pass(1_000);
    }
    // One every two seconds, and each group one in eight.
    expect(turns).toEqual([...four, ...four, ...four]);
  });

  test('is as long as a group’s own where it is not known how many come', async () => {
    const { deps, pass } = asking();
    const ask = () => takeTurn(deps, { group: 'web', what: 'targets' });
    expect([await ask(), await ask()]).toEqual([true, false]);
    pass(1_999);
    expect(await ask()).toBe(false);
    pass(1);
    expect(await ask()).toBe(true);
  });
});
