import * as fc from 'fast-check';
import { endingSoon } from '../../../functions/probes/domain/certificates';
import type { Report } from '../../../functions/probes/contracts/result';
import { readTargets } from '../../../functions/probes/contracts/targets';
import { randomStream } from '../../../infra/lab/random';
import { Bench, configuration, minute, report, result, start } from '../../support/probes/world';

const three = ['eu-central-1', 'us-east-1', 'ap-southeast-1'];
const at = (slot: number) => start + slot * minute;

/** So many slots, in which each region finds the target up, or not. */
function run(
  bench: Bench,
  from: number,
  count: number,
  isUp: (region: string, slot: number, target: string) => boolean,
) {
  for (let slot = from; slot < from + count; slot += 1)
    bench.slot(at(slot), (region, target) => isUp(region, slot, target));
}

describe('a verdict', () => {
  test('is down when more than half of the fresh regions say so, and told once', () => {
    const bench = new Bench(configuration(three));
    run(bench, 0, 3, () => true);
    run(bench, 3, 30, () => false);
    expect(bench.notices).toMatchObject([
      { kind: 'down', target: 't1', mail: true, regions: expect.any(Array) as string[] },
    ]);
    run(bench, 33, 10, () => true);
    expect(bench.kinds()).toEqual(['down', 'recovered']);
    expect(new Set(bench.notices.map(({ id }) => id)).size).toBe(2);
  });

  test('of one region alone is a regional problem, which wakes nobody', () => {
    const bench = new Bench(configuration(three));
    run(bench, 0, 10, (region) => region !== 'us-east-1');
    expect(bench.notices).toMatchObject([{ kind: 'regional', regions: ['us-east-1'], mail: false }]);
  });

  test('needs a second bad slot, or two more bad looks in the same', () => {
    const bench = new Bench(configuration(three));
    run(bench, 0, 2, () => true);
    for (const region of three) bench.tell(report(region, at(2), [result('t1', false, { attempts: 1 })]));
    expect(bench.notices).toEqual([]);
    for (const region of three) bench.tell(report(region, at(3), [result('t1', false, { attempts: 1 })]));
    expect(bench.kinds()).toEqual(['down']);
  });

  test('of too few is unknown: silence is neither up nor down', () => {
    const bench = new Bench(configuration(three));
    run(bench, 0, 3, () => true);
    expect(bench.silence(at(4)).verdicts.get('t1')).toMatchObject({ state: 'up' });
    expect(bench.silence(at(6)).verdicts.get('t1')).toEqual({ state: 'unknown', fresh: 0 });
    const down = new Bench(configuration(three));
    run(down, 0, 3, () => false);
    expect(down.silence(at(9)).verdicts.get('t1')).toEqual({ state: 'unknown', fresh: 0 });
    expect(down.kinds()).toEqual(['down', 'unknown']);
  });

  test('counts no region that has not looked lately, and none that was taken out', () => {
    const bench = new Bench(configuration([...three, 'sa-east-1']));
    run(bench, 0, 3, (region) => region !== 'sa-east-1' && region !== 'us-east-1');
    // Two of four are not more than half. One of the good ones falls silent: two of three are.
    expect(bench.kinds()).toEqual(['regional']);
    for (let slot = 3; slot < 8; slot += 1)
      for (const region of ['eu-central-1', 'us-east-1', 'sa-east-1'])
        bench.tell(report(region, at(slot), [result('t1', region === 'eu-central-1')]));
    expect(bench.kinds()).toEqual(['regional', 'down']);
  });

  test('counts no look that says more of the probe than of the target', () => {
    const bench = new Bench(configuration(three));
    run(bench, 0, 2, () => true);
    for (let slot = 2; slot < 4; slot += 1)
      for (const region of three)
        for (const reason of ['probe_overload', 'config_error'] as const)
          bench.tell(report(region, at(slot), [result('t1', false, { reason, attempts: 3 })]));
    expect(bench.notices).toEqual([]);
  });

  test('a quorum of its own is kept, and one region alone can be enough', () => {
    const bench = new Bench(configuration(three, { quorum: 3 }));
    run(bench, 0, 5, (region) => region === 'eu-central-1');
    expect(bench.kinds()).toEqual(['regional']);
    run(bench, 5, 3, () => false);
    expect(bench.kinds()).toEqual(['regional', 'down']);
    const alone = new Bench(configuration(['eu-central-1']));
    run(alone, 0, 3, () => false);
    expect(alone.kinds()).toEqual(['down']);
  });
});

describe('a region in trouble', () => {
  const many = configuration(three, {}, {}, {}, {});

  test('is named, and does not count', () => {
    const bench = new Bench(many);
    run(bench, 0, 10, (region) => region !== 'us-east-1');
    expect(bench.notices).toEqual([]);
    expect(bench.regionNotices).toMatchObject([{ region: 'us-east-1', suspect: true }]);
    run(bench, 10, 3, () => true);
    expect(bench.regionNotices.at(-1)).toMatchObject({ region: 'us-east-1', suspect: false });
  });

  test('does not hide an outage that the others see too', () => {
    const bench = new Bench(many);
    run(bench, 0, 5, (region, _, target) => region !== 'us-east-1' && target !== 't1');
    expect(bench.notices).toMatchObject([{ target: 't1', kind: 'down' }]);
  });
});

describe('messages', () => {
  test('that are repeated, late or out of order come to the same', () => {
    const story = Array.from({ length: 30 }, (_, slot) =>
      three.map((region) => report(region, at(slot), [result('t1', slot < 5 || slot > 14)])),
    ).flat();
    const told = (reports: readonly Report[]) => {
      const bench = new Bench(configuration(three));
      for (const one of reports) bench.tell(one);
      return bench.notices.map(({ kind, at: when }) => [kind, when]);
    };
    const once = told(story);
    expect(once.map(([kind]) => kind)).toEqual(['down', 'recovered']);
    const place = fc.record({ after: fc.nat(story.length - 1), back: fc.nat(40) });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 60 }), (again) => {
        const bench = new Bench(configuration(three));
        for (const [order, one] of story.entries()) {
          const now = Date.parse(one.sentAt);
          bench.tell(one, now);
          // A message that was told before comes once more, now.
          for (const { after, back } of again) if (after === order) bench.tell(story[Math.max(0, order - back)]!, now);
        }
        return JSON.stringify(bench.notices.map(({ kind, at: when }) => [kind, when])) === JSON.stringify(once);
      }),
    );
  });

  test('of an hour that a judge slept are told in one message, not in sixty', () => {
    const bench = new Bench(configuration(three));
    run(bench, 0, 5, () => true);
    const wakes = at(65);
    for (let slot = 5; slot < 65; slot += 1)
      for (const region of three) bench.tell(report(region, at(slot), [result('t1', slot < 10 || slot > 20)]), wakes);
    run(bench, 65, 15, () => true);
    expect(bench.notices.filter(({ mail }) => mail).length).toBeLessThanOrEqual(1);
    expect(bench.skewed).toEqual([]);
  });

  test('of another clock are told', () => {
    const bench = new Bench(configuration(three));
    bench.tell(report('us-east-1', at(0), [result('t1', true)], at(0) + 9_000), at(0) + 1_000);
    bench.tell(report('eu-central-1', at(0), [result('t1', true)], at(0) + 4_000), at(0) + 1_000);
    expect(bench.skewed).toEqual(['us-east-1']);
  });

  test('about what is not configured are left out, also by names that objects have', () => {
    const bench = new Bench(configuration(three));
    bench.tell(report('mars-north-1', at(0), [result('t1', false)]));
    for (const region of three)
      bench.tell(
        report(region, at(0), [result('__proto__', false), result('constructor', false), result('t9', false)]),
      );
    expect(bench.notices).toEqual([]);
    expect(Object.keys(bench.state.regions)).toEqual([]);
  });
});

describe('people', () => {
  test('are reminded each hour, and told that it is over when it has been well for five minutes', () => {
    const bench = new Bench(configuration(three));
    run(bench, 0, 150, () => false);
    expect(bench.kinds()).toEqual(['down', 'reminder', 'reminder']);
    run(bench, 150, 4, () => true);
    expect(bench.kinds()).toHaveLength(3);
    run(bench, 154, 10, () => true);
    expect(bench.kinds().at(-1)).toBe('recovered');
  });

  test('are told once of what comes and goes, and then of its end', () => {
    const bench = new Bench(configuration(three));
    run(bench, 0, 120, (_, slot) => slot % 10 < 5);
    run(bench, 120, 40, () => true);
    const mails = bench.notices.filter(({ mail }) => mail).map(({ kind }) => kind);
    expect(mails.filter((kind) => kind === 'flapping')).toHaveLength(1);
    expect(mails.at(-1)).toBe('steady');
    expect(mails.length).toBeLessThanOrEqual(5);
  });

  test('hear nothing by mail during maintenance, and the page all the same', () => {
    const maintenance = [{ from: new Date(at(0)).toISOString(), until: new Date(at(60)).toISOString() }];
    const bench = new Bench(configuration(three, { maintenance }));
    run(bench, 0, 20, () => false);
    expect(bench.notices).toMatchObject([{ kind: 'down', mail: false }]);
  });
});

test('thirty days of false failures make no alarm, and an outage among them is found within two minutes', () => {
  for (const [regions, share, correlated] of [
    [3, 0.01, 0],
    [5, 0.03, 0],
    [3, 0.01, 0.002],
  ] as const) {
    for (let seed = 1; seed <= 2; seed += 1) {
      const random = randomStream('policy', seed);
      const names = Array.from({ length: regions }, (_, region) => `region-${region}`);
      const bench = new Bench(configuration(names));
      const outage = 20_000;
      for (let slot = 0; slot < 30 * 24 * 60; slot += 1) {
        // One provider's network in trouble: half of the regions at once, for one look.
        const cut = random.next() < correlated ? Math.floor(regions / 2) : 0;
        for (const [place, region] of names.entries()) {
          const isBad = slot >= outage && slot < outage + 10;
          const isFalse = place < cut || random.next() < share;
          bench.tell(report(region, at(slot), [result('t1', !isBad && !isFalse, { attempts: isBad ? 3 : 1 })]));
        }
      }
      const down = bench.notices.filter(({ kind }) => kind === 'down');
      expect(down.map((one) => [one.kind, (one.at - at(outage)) / minute <= 2])).toEqual([['down', true]]);
    }
  }
}, 60_000);

test.each([
  [31, undefined],
  [30, 30],
  [15, 30],
  [14, 14],
  [3, 3],
  [2, 3],
  [1, 1],
  [0, undefined],
  [-5, undefined],
])('a certificate with %i days left is on rung %s', (daysLeft, rung) => {
  expect(endingSoon({ spki: 'k', notAfter: '2026-02-01T00:00:00Z', daysLeft })?.days).toBe(rung);
});

test('a target with a mistake takes no other with it, and every mistake is told', () => {
  const good = { id: 'good', url: 'https://example.com/' };
  const { targets, mistakes } = readTargets(
    [
      good,
      { id: 'good', url: 'https://example.com/' },
      { id: 'Bad Id', url: 'gopher://x' },
      { id: 'often', url: 'http://x/', intervalSeconds: 5 },
      { id: 'many', url: 'http://x/', quorum: 9 },
      { id: 'odd', url: 'http://x/', assert: { colour: 1, bodyMatches: '(a+)+$' } },
      { id: 'secret', url: 'https://user:pass@x/' },
      7,
    ],
    ['eu-central-1'],
  );
  expect(targets.map(({ id }) => id)).toEqual(['good']);
  const paths = mistakes.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      'targets.1.id',
      'targets.2.id',
      'targets.2.url',
      'targets.3.intervalSeconds',
      'targets.4.quorum',
      'targets.5.assert.colour',
      'targets.5.assert.bodyMatches',
      'targets.6.url',
      'targets.7',
    ]),
  );
  expect(JSON.stringify(mistakes)).not.toContain('pass');
});
