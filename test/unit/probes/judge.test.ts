import * as fc from 'fast-check';
import { withRun } from '../../../functions/probes/domain/judge/deployment';
import { newJudge } from '../../../functions/probes/domain/judge/state';
import { viewOf } from '../../../functions/probes/domain/judge/view';
import { at, config, Judge, run, slotOf, type Sight } from './judging';

const status = (judge: Judge, minute: number) => judge.view(at(minute)).targets[0]!.status;

describe('one target in three regions', () => {
  test('is up', () => {
    const judge = new Judge(config()).minutes(0, 5, 'up');
    expect(status(judge, 5)).toBe('up');
    expect(judge.said()).toEqual([]);
  });

  test('confirmed by the quorum it is down in the same slot, and told once', () => {
    const judge = new Judge(config()).minutes(0, 3, 'up');
    judge.run(run('a', at(3), 'down'));
    expect(status(judge, 3)).toBe('degraded');
    judge.run(run('b', at(3), 'down'));
    expect(status(judge, 3)).toBe('down');
    judge.run(run('c', at(3), 'down')).minutes(4, 10, 'down');
    expect(judge.said().filter((one) => one.startsWith('opened'))).toEqual(['opened shop']);
    expect(judge.notices.filter(({ pages }) => pages).length).toBeLessThanOrEqual(2);
  });

  test('unconfirmed it takes two slots', () => {
    const judge = new Judge(config()).minutes(0, 3, 'up').minutes(3, 4, 'bad');
    expect(status(judge, 3)).toBe('up');
    expect(status(judge.minutes(4, 5, 'bad'), 4)).toBe('down');
  });

  test('two failures with a long silence between are no two in a row', () => {
    const judge = new Judge(config()).minutes(0, 3, 'up').minutes(3, 4, 'bad').minutes(8, 9, 'bad');
    // Nothing was known for minutes, and one failure after that is only a suspicion.
    expect(status(judge, 8)).toBe('unknown');
  });

  test('two good slots clear it, and the end is told when it lasted five minutes', () => {
    const judge = new Judge(config()).minutes(0, 3, 'up').minutes(3, 13, 'down').minutes(13, 14, 'up');
    expect(status(judge, 13)).toBe('down');
    judge.minutes(14, 15, 'up');
    expect(status(judge, 14)).toBe('up');
    expect(judge.said()).not.toContain('closed shop');
    judge.minutes(15, 25, 'up');
    expect(judge.said().filter((one) => one === 'closed shop')).toHaveLength(1);
    expect(judge.view(at(25)).targets[0]!.closed).toMatchObject([{ since: at(3), until: at(14), kind: 'down' }]);
  });

  test('never seen well, and failing once, is not up', () => {
    const judge = new Judge(config()).minutes(0, 1, 'bad');
    expect(status(judge, 0)).toBe('unknown');
    expect(status(judge.minutes(1, 2, 'bad'), 1)).toBe('down');
  });

  test('a look that could not be made is no vote', () => {
    const judge = new Judge(config()).minutes(0, 10, (region) => (region === 'a' ? 'up' : 'none'));
    expect(judge.view(at(9)).targets[0]).toMatchObject({ status: 'unknown', fresh: ['a'] });
  });

  test('one region that sees it down makes a regional problem, that pages nothing', () => {
    const judge = new Judge(config()).minutes(0, 3, 'up').minutes(3, 30, (region) => (region === 'b' ? 'down' : 'up'));
    expect(judge.view(at(29)).targets[0]).toMatchObject({ status: 'degraded', down: ['b'] });
    expect(judge.notices.filter(({ pages }) => pages)).toEqual([]);
    expect(judge.said()).toEqual(['opened shop']);
  });

  test('a region that is cut off is named, is no vote, and pages nothing', () => {
    const judge = new Judge(config())
      .minutes(0, 3, 'up')
      .minutes(3, 30, (region) => (region === 'b' ? 'silent' : 'up'));
    const view = judge.view(at(29) + 5);
    expect(view.targets[0]).toMatchObject({ status: 'up', fresh: ['a', 'c'] });
    expect(view.regions.map(({ state }) => state)).toEqual(['ok', 'silent', 'ok']);
    expect(judge.said()).toEqual(['b silent']);
    // The two that are left can still say that it is down, and both have to.
    judge.minutes(30, 33, (region) => (region === 'b' ? 'silent' : region === 'a' ? 'down' : 'up'));
    expect(status(judge, 32)).toBe('degraded');
    judge.minutes(33, 35, (region) => (region === 'b' ? 'silent' : 'down'));
    expect(status(judge, 34)).toBe('down');
  });

  test('all regions silent is unknown, never up and never down, and told once', () => {
    for (const seen of ['up', 'down'] as Sight[]) {
      const judge = new Judge(config()).minutes(0, 10, seen).minutes(10, 30, () => 'silent');
      for (let minute = 13; minute < 30; minute += 1) expect(status(judge, minute)).toBe('unknown');
      const about = judge.said().filter((one) => one.endsWith('shop'));
      expect(about).toEqual(['opened shop']);
    }
  });

  test('silent from the very first is unknown too, and told', () => {
    const judge = new Judge(config()).minutes(0, 15, () => 'silent');
    expect(status(judge, 14)).toBe('unknown');
    expect(judge.said().filter((one) => one.endsWith('shop'))).toEqual(['opened shop']);
  });

  test('flapping is told once, then nothing until it is stable for a quarter of an hour', () => {
    const judge = new Judge(config()).minutes(0, 3, 'up');
    judge.minutes(3, 63, (_, minute) => (Math.floor(minute / 3) % 2 === 1 ? 'down' : 'up'));
    expect(judge.said().filter((one) => one === 'flapping shop')).toHaveLength(1);
    expect(judge.said().filter((one) => one.endsWith('shop')).length).toBeLessThanOrEqual(3);
    judge.minutes(63, 75, 'up');
    expect(judge.said()).not.toContain('closed shop');
    judge.minutes(75, 95, 'up');
    expect(judge.said().filter((one) => one === 'closed shop')).toHaveLength(1);
  });

  test('is reminded of once an hour', () => {
    const judge = new Judge(config()).minutes(0, 3, 'up').minutes(3, 190, 'down');
    expect(judge.said().filter((one) => one === 'reminder shop')).toHaveLength(3);
  });

  test('maintenance mutes mail and not measurement; what outlasts it is told', () => {
    const window = { from: new Date(at(5) * 1000).toISOString(), until: new Date(at(30) * 1000).toISOString() };
    const quiet = { ...config(), targets: config().targets.map((one) => ({ ...one, maintenance: [window] })) };
    const inside = new Judge(quiet).minutes(0, 10, 'up').minutes(10, 20, 'down').minutes(20, 60, 'up');
    expect(inside.said()).toEqual([]);
    expect(inside.view(at(60)).targets[0]!.closed).toHaveLength(1);
    const outlasting = new Judge(quiet).minutes(0, 10, 'up').minutes(10, 40, 'down');
    expect(outlasting.said()).toEqual(['opened shop']);
  });
});

test('most targets down for one region alone: the region is the suspect, and no target is called down', () => {
  const targets = ['one', 'two', 'three'];
  const judge = new Judge(config(['a', 'b', 'c'], targets)).minutes(0, 3, 'up');
  judge.minutes(3, 20, (region) => (region === 'c' ? 'down' : 'up'));
  const view = judge.view(at(19) + 5);
  expect(view.regions.map(({ state }) => state)).toEqual(['ok', 'ok', 'suspect']);
  expect(view.targets.map((one) => one.status)).toEqual(['up', 'up', 'up']);
  expect(judge.notices.filter(({ pages }) => pages)).toEqual([]);
  expect(judge.said()).toContain('c suspect');
});

test('a region that is not configured any more does not count', () => {
  const judge = new Judge(config()).minutes(0, 5, (region) => (region === 'c' ? 'up' : 'down'));
  expect(status(judge, 4)).toBe('down');
  const fewer = new Judge(config(['b', 'c']));
  fewer.state = judge.state;
  fewer.minutes(5, 8, (region) => (region === 'c' ? 'up' : 'down'));
  expect(fewer.view(at(7)).targets[0]).toMatchObject({ status: 'degraded', fresh: ['b', 'c'] });
  expect(fewer.run(run('a', at(8), 'up')).refused).toEqual(['region a is not configured']);
});

test('one region alone may judge, and is said to be alone', () => {
  const judge = new Judge(config(['a'])).minutes(0, 3, 'up').minutes(3, 5, 'down');
  expect(judge.view(at(4)).targets[0]).toMatchObject({ status: 'down', single: true });
});

test('a slot of the future is refused, and a clock that is off is flagged', () => {
  const judge = new Judge(config()).minutes(0, 3, 'up');
  judge.run(run('a', at(90), 'down'), at(3));
  expect(judge.refused).toHaveLength(1);
  const late = { ...run('b', at(3), 'up'), sentAt: new Date((at(3) + 60) * 1000).toISOString() };
  judge.run(late, at(3) + 2, at(3) + 1);
  expect(judge.view(at(3)).regions.map(({ skewSeconds }) => skewSeconds)).toEqual([null, 59, null]);
});

test('a certificate is warned of once a step, even if several targets show it', () => {
  const judge = new Judge(config(['a', 'b'], ['one', 'two']));
  const show = (target: string, warns: number, minute: number) => {
    const message = run('a', at(minute), { [target]: 'up' });
    const certificate = {
      subject: '',
      issuer: '',
      authorized: true,
      spki: 'k',
      notAfter: '2026-04-01T00:00:00.000Z',
      daysLeft: warns,
    };
    judge.run({ ...message, results: message.results.map((one) => ({ ...one, certificate })) });
  };
  show('one', 30, 0);
  show('two', 30, 1);
  show('one', 14, 2);
  show('two', 30, 3);
  expect(judge.said().filter((one) => one === 'certificate')).toHaveLength(2);
});

describe('whatever the order', () => {
  const seen = fc.constantFrom<Sight>('up', 'up', 'bad', 'down', 'none');
  const messages = fc
    .array(fc.record({ region: fc.constantFrom('a', 'b', 'c'), minute: fc.integer({ min: 0, max: 90 }), seen }), {
      maxLength: 150,
    })
    .map((all) => all.map((one) => run(one.region, at(one.minute), one.seen)));
  const courses = (all: ReturnType<typeof run>[]) => {
    const state = all.reduce(
      (before, one) => withRun(before, one, { now: at(91), queuedAt: at(91) }, config()).state,
      newJudge,
    );
    const { steps, last } = state.targets.get('shop') ?? {};
    return { steps, last, view: viewOf(state, at(91), config()).targets };
  };

  test('the same messages, twice or shuffled, give the same incidents', () => {
    fc.assert(
      fc.property(
        messages.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length })),
        ),
        ([all, shuffled]) => {
          expect(courses(shuffled)).toEqual(courses(all));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('down is never said without the quorum, unknown always with too few', () => {
    fc.assert(
      fc.property(messages, (all) => {
        const judge = new Judge(config());
        for (const one of [...all].sort((a, b) => slotOf(a) - slotOf(b))) {
          judge.run(one);
          const [target] = judge.view(slotOf(one)).targets;
          if (target!.status === 'down') expect(target!.down.length * 2).toBeGreaterThan(target!.fresh.length);
          if (target!.fresh.length < 2) expect(target!.status).toBe('unknown');
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a judge that was down for an hour', () => {
  const history = (minute: number): Sight => (minute >= 20 && minute < 45 ? 'down' : 'up');
  const normal = () => new Judge(config()).minutes(0, 100, (_, minute) => history(minute));

  test.each([
    ['in order', (all: ReturnType<typeof run>[]) => all],
    ['backwards', (all: ReturnType<typeof run>[]) => [...all].reverse()],
    [
      'mixed',
      (all: ReturnType<typeof run>[]) =>
        [...all].sort((a, b) => ((slotOf(a) * 7919) % 101) - ((slotOf(b) * 7919) % 101)),
    ],
  ])('knows the same incidents from messages %s, and tells what is past once', (_, order) => {
    const judge = new Judge(config()).minutes(0, 10, 'up');
    const missed: ReturnType<typeof run>[] = [];
    for (let minute = 10; minute < 70; minute += 1)
      for (const region of ['a', 'b', 'c']) missed.push(run(region, at(minute), history(minute)));
    judge.tick(at(70));
    for (const [place, one] of order(missed).entries()) judge.run(one, at(70) + 5 + place / 20, slotOf(one) + 1);
    expect(judge.said()).toEqual([]);
    judge.minutes(71, 100, 'up');
    expect(judge.said()).toEqual(['past shop']);
    const [target] = judge.view(at(100)).targets;
    expect(target!.closed).toEqual(normal().view(at(100)).targets[0]!.closed);
  });

  test('reports what is still so as something new', () => {
    const judge = new Judge(config()).minutes(0, 10, 'up');
    judge.tick(at(70));
    for (let minute = 10; minute < 70; minute += 1)
      for (const region of ['a', 'b', 'c']) judge.run(run(region, at(minute), minute < 40 ? 'up' : 'down'), at(70) + 5);
    judge.minutes(71, 80, 'down');
    expect(judge.said()).toEqual(['opened shop']);
    expect(judge.notices[0]).toMatchObject({ id: `shop@${at(40)}` });
  });
});
