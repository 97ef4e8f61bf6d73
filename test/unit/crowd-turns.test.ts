import { readTogether, takeTurn, takeTurnOfAll } from '../../functions/fleet/crowd/turns';
import { createMemoryLedger } from '../../infra/lab/region/ledger/memory-ledger';

function world() {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  const ledger = createMemoryLedger();
  return {
    deps: { ledger, clock: { now: () => new Date(now) } },
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('a turn', () => {
  test('is had by one of many that ask at once', async () => {
    const { deps } = world();
    const asked = await Promise.all(Array.from({ length: 20 }, () => takeTurn(deps, { group: 'web', what: 'dns' })));
    expect(asked.filter((has) => has)).toHaveLength(1);
  });

  test('is over after two seconds, even if its run died', async () => {
    const { deps, pass } = world();
    expect(await takeTurn(deps, { group: 'web', what: 'dns' })).toBe(true);
    pass(1_999);
    expect(await takeTurn(deps, { group: 'web', what: 'dns' })).toBe(false);
    pass(1);
    expect(await takeTurn(deps, { group: 'web', what: 'dns' })).toBe(true);
  });

  test('is one for each group and each thing', async () => {
    const { deps } = world();
    for (const [group, what] of [
      ['web', 'dns'],
      ['web', 'targets'],
      ['api', 'dns'],
    ] as const)
      expect(await takeTurn(deps, { group, what })).toBe(true);
  });

  test('is given to no run when the ledger does not answer', async () => {
    const { deps } = world();
    const broken = { ...deps, ledger: { ...deps.ledger, saveObservation: () => Promise.reject(new Error('down')) } };
    const ledger = Object.assign(Object.create(deps.ledger) as typeof deps.ledger, broken.ledger);
    ledger.observation = (group, key) => deps.ledger.observation(group, key);
    await expect(takeTurn({ ...deps, ledger }, { group: 'web', what: 'dns' })).rejects.toThrow('down');
  });
});

describe('a turn of all groups', () => {
  const turn = (group: string, crowd?: number) => ({ group, what: 'dns', crowd });
  const groups = Array.from({ length: 10 }, (_, at) => `group-${at}`);

  test('is each group’s own while few come', async () => {
    const { deps } = world();
    for (const group of groups) expect(await takeTurnOfAll(deps, turn(group, 200))).toBe(true);
    expect(await takeTurnOfAll(deps, turn('other'))).toBe(true);
  });

  // A thousand: each group rests 8 s, and all of them together 2 s.
  test('is one at a time in a big crowd, and comes to each group', async () => {
    const { deps, pass } = world();
    const had = new Map(groups.map((group) => [group, 0]));
    for (let second = 0; second < 40; second += 1) {
      let now = 0;
      // The first run that asks has it: another one each second.
      for (const at of groups.keys()) {
        const group = groups[(at + Math.floor(second / 2)) % groups.length] ?? '';
        const mine = await takeTurnOfAll(deps, turn(group, 1000));
        if (mine) had.set(group, (had.get(group) ?? 0) + 1);
        now += mine ? 1 : 0;
      }
      expect(now).toBe(second % 2 === 0 ? 1 : 0);
      pass(1000);
    }
    expect([...had.values()].reduce((sum, one) => sum + one)).toBe(20);
    expect(Math.min(...had.values())).toBeGreaterThan(0);
  });

  test('is not used up by those that wait in a group which has not rested', async () => {
    const { deps, pass } = world();
    expect(await takeTurnOfAll(deps, turn('web', 1000))).toBe(true);
    pass(2_000);
    expect(await takeTurnOfAll(deps, turn('web', 1000))).toBe(false);
    expect(await takeTurnOfAll(deps, turn('api', 1000))).toBe(true);
  });
});

describe('a look', () => {
  const young = { group: 'web', key: 'x', isGood: (_: unknown, ageMs: number) => ageMs <= 4_000 };

  test('serves all that ask while it is young, and who asks in the middle of it waits', async () => {
    const { deps, pass } = world();
    let looks = 0;
    const look = async () => {
      looks += 1;
      expect(await readTogether(deps, young, look)).toBeUndefined();
      return `seen ${looks}`;
    };
    expect(await readTogether(deps, young, look)).toBe('seen 1');
    pass(4_000);
    expect(await readTogether(deps, young, look)).toBe('seen 1');
    pass(1);
    expect(await readTogether(deps, young, look)).toBe('seen 2');
  });

  test('counts from before it was made, not from when it was stored', async () => {
    const { deps, pass } = world();
    const slow = async () => {
      pass(3_000);
      return 'seen';
    };
    await readTogether(deps, young, slow);
    pass(1_001);
    expect(await readTogether(deps, young, async () => 'seen again')).toBe('seen again');
  });

  test('that fails leaves what was seen before, and the next turn to another run', async () => {
    const { deps, pass } = world();
    await readTogether(deps, young, async () => 'old');
    pass(5_000);
    await expect(readTogether(deps, young, () => Promise.reject(new Error('slow down')))).rejects.toThrow('slow down');
    expect(await readTogether(deps, young, async () => 'too soon')).toBeUndefined();
    pass(2_000);
    expect(await readTogether(deps, young, async () => 'new')).toBe('new');
  });

  test('that comes to its end after a newer one does not replace it', async () => {
    const { deps, pass } = world();
    const slow = async () => {
      pass(2_000);
      expect(await readTogether(deps, young, async () => 'newer')).toBe('newer');
      return 'older';
    };
    expect(await readTogether(deps, young, slow)).toBe('older');
    expect(await readTogether(deps, young, async () => 'again')).toBe('newer');
  });
});
