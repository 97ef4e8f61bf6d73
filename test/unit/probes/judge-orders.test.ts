import { bookEvents } from '../../../functions/probes/domain/book-events';
import type { JudgeConfig } from '../../../functions/probes/domain/judge/state';
import { at, config, Judge, run, type Sight } from './judging';

// What happens to a judge in operation: regions and targets that come and go, bursts, silence in the middle of an outage.

/** The same judge after another deployment. */
function redeployed(judge: Judge, next: JudgeConfig): Judge {
  const after = new Judge(next);
  after.state = judge.state;
  after.notices.push(...judge.notices);
  return after;
}

const about = (judge: Judge, target: string) => judge.said().filter((one) => one.endsWith(` ${target}`));
const status = (judge: Judge, minute: number, place = 0) => judge.view(at(minute)).targets[place]!.status;

describe('an outage', () => {
  test.each<[string, Sight]>([
    ['that goes on', 'down'],
    ['that is over', 'up'],
  ])('with a silence of all regions in it, %s afterwards, does not flap', (_, after) => {
    const judge = new Judge(config())
      .minutes(0, 5, 'up')
      .minutes(5, 10, 'down')
      .minutes(10, 20, () => 'silent');
    judge.minutes(20, 24, after).minutes(24, 50, 'up');
    expect(about(judge, 'shop')).toEqual(['opened shop', 'closed shop']);
    expect(judge.view(at(50)).targets[0]!.closed).toMatchObject([{ kind: 'down', flapping: false, since: at(5) }]);
  });

  test('everywhere makes no region a suspect, whichever tells first', () => {
    const judge = new Judge(config(['a', 'b', 'c'], ['one', 'two', 'three']))
      .minutes(0, 5, 'up')
      .minutes(5, 10, 'down');
    expect(judge.said()).toEqual(['opened one', 'opened two', 'opened three']);
  });

  test('continues when a region is taken out of the configuration, renamed or added, and is told once', () => {
    const down = (regions: string[]) => {
      const judge = new Judge(config()).minutes(0, 5, 'up').minutes(5, 10, 'down');
      return about(redeployed(judge, config(regions)).minutes(10, 15, 'down').minutes(15, 40, 'up'), 'shop');
    };
    for (const regions of [
      ['b', 'c'],
      ['x', 'b', 'c'],
      ['a', 'b', 'c', 'd', 'e'],
    ])
      expect(down(regions)).toEqual(['opened shop', 'closed shop']);
  });
});

test('a target that is taken out while it is down is told to be over, and told again when it is back and down', () => {
  const [both, one] = [config(['a', 'b', 'c'], ['shop', 'api']), config(['a', 'b', 'c'], ['api'])];
  const judge = redeployed(new Judge(both).minutes(0, 5, 'up').minutes(5, 10, 'down'), one).minutes(10, 15, 'down');
  expect(about(judge, 'shop')).toEqual(['opened shop', 'removed shop']);
  expect(about(judge, 'api')).toEqual(['opened api']);
  const removed = judge.notices.find(({ kind }) => kind === 'removed')!;
  expect(bookEvents([removed], at(15))).toMatchObject([
    { kind: 'resolved', key: 'TARGET|shop|all', note: 'Muster no longer checks it', tell: 'at-once' },
  ]);
  const back = redeployed(judge, both).minutes(15, 16, 'up').minutes(16, 20, 'down');
  expect(about(back, 'shop')).toEqual(['opened shop', 'removed shop', 'opened shop']);
});

test('a region that is taken out while it is silent is told to be over', () => {
  const judge = new Judge(config()).minutes(0, 5, 'up').minutes(5, 15, (region) => (region === 'c' ? 'silent' : 'up'));
  const after = redeployed(judge, config(['a', 'b'])).minutes(15, 20, 'up');
  expect(after.said()).toEqual(['c silent', 'c removed']);
  expect(bookEvents([after.notices.at(-1)!], at(20))).toMatchObject([
    { key: 'REGION|c|silent' },
    { key: 'REGION|c|suspect' },
  ]);
});

describe('a suspect region', () => {
  const targets = ['one', 'two', 'three', 'four'];
  /** All is down for c from minute 5; of `one` what `b` sees is up to the test. */
  const world = (until: number, bOfOne: (minute: number) => Sight, aOfOne = bOfOne) => {
    const judge = new Judge(config(['a', 'b', 'c'], targets));
    for (let minute = 0; minute < until; minute += 1) {
      for (const region of ['a', 'b', 'c']) {
        const ofOne = region === 'a' ? aOfOne(minute) : bOfOne(minute);
        const seen = (target: string): Sight =>
          minute >= 5 && minute < 60 && region === 'c' ? 'down' : target === 'one' ? ofOne : 'up';
        judge.run(run(region, at(minute), Object.fromEntries(targets.map((target) => [target, seen(target)]))));
      }
      judge.tick(at(minute) + 30);
    }
    return judge;
  };
  const regional = (minute: number): Sight => (minute >= 20 && minute < 40 ? 'down' : 'up');

  test('does not make another region’s problem an outage, then or afterwards', () => {
    const judge = world(30, regional, () => 'up');
    expect(judge.view(at(29)).targets[0]).toMatchObject({
      status: 'degraded',
      down: ['b'],
      incident: { kind: 'degraded' },
    });
    const later = world(100, regional, () => 'up');
    expect(about(later, 'one')).toEqual(['opened one', 'closed one']);
    expect(later.notices.filter(({ pages }) => pages)).toEqual([]);
  });

  test('hides no outage that the others agree about', () => {
    const judge = world(30, regional);
    expect(status(judge, 29)).toBe('down');
    expect(judge.notices.filter(({ pages }) => pages)).toMatchObject([{ target: 'one' }]);
  });
});

test('a region whose messages come in bursts is no vote in between, and moves no verdict', () => {
  const judge = new Judge(config());
  let held: ReturnType<typeof run>[] = [];
  for (let minute = 0; minute < 60; minute += 1) {
    const seen: Sight = minute >= 20 && minute < 30 ? 'down' : 'up';
    judge.run(run('a', at(minute), seen)).run(run('b', at(minute), seen));
    held.push(run('c', at(minute), seen));
    if (minute % 10 === 9) {
      for (const one of held) judge.run(one, at(minute) + 20);
      held = [];
    }
    judge.tick(at(minute) + 30);
  }
  expect(about(judge, 'shop')).toEqual(['opened shop', 'closed shop']);
});

test('a judge that was down for three hours knows what was, whether its clock or a message comes first', () => {
  const seen = (minute: number): Sight => (minute >= 30 && minute < 45 ? 'down' : 'up');
  for (const ticksFirst of [true, false]) {
    const judge = new Judge(config()).minutes(0, 10, 'up');
    let now = at(190);
    if (ticksFirst) judge.tick(now);
    for (let minute = 10; minute < 190; minute += 1) {
      for (const region of ['a', 'b', 'c']) judge.run(run(region, at(minute), seen(minute)), now, at(minute) + 1);
      if (minute % 30 === 0) judge.tick((now += 20));
    }
    judge.minutes(195, 220, 'up');
    expect(about(judge, 'shop')).toEqual(['past shop']);
  }
});

describe('silence', () => {
  const tellings = (judge: Judge) => about(judge, 'shop').filter((one) => /opened|past/.test(one)).length;

  /** Two of three regions tell all that they have to tell once a quarter of an hour. */
  const held = (minutes: number, until = minutes) => {
    const judge = new Judge(config());
    const waiting: ReturnType<typeof run>[] = [];
    for (let minute = 0; minute < minutes; minute += 1) {
      if (minute < until) {
        judge.run(run('a', at(minute), 'up'));
        waiting.push(run('b', at(minute), 'up'), run('c', at(minute), 'up'));
      }
      if (minute % 15 === 14) for (const one of waiting.splice(0)) judge.run(one, at(minute) + 20, at(minute) + 20);
      judge.tick(at(minute) + 30);
    }
    return judge;
  };

  test('that is none, again and again, is told three times a day at most', () => {
    const judge = held(24 * 60);
    expect(tellings(judge)).toBeGreaterThan(0);
    expect(tellings(judge)).toBeLessThanOrEqual(3);
    for (const region of ['b', 'c'])
      expect(judge.said().filter((one) => one === `${region} silent`).length).toBeLessThanOrEqual(4);
  });

  test('of all, after many that were none, is reported as soon as the first', () => {
    const judge = held(12 * 60 + 20, 12 * 60);
    expect(about(judge, 'shop').at(-1)).toBe('opened shop');
  });

  test('of most, after many that were none, is told within the hour', () => {
    const judge = held(12 * 60);
    const before = tellings(judge);
    judge.minutes(12 * 60, 12 * 60 + 63, (region) => (region === 'a' ? 'up' : 'silent'));
    expect(tellings(judge)).toBe(before + 1);
  });

  test('that is real is told each time, when it is another', () => {
    const judge = new Judge(config());
    for (let from = 0; from < 600; from += 120)
      judge.minutes(from, from + 90, 'up').minutes(from + 90, from + 120, () => 'silent');
    expect(tellings(judge.minutes(600, 610, 'up'))).toBe(5);
  });

  test('in the middle of a regional problem pages nothing before it lasts', () => {
    const regional = (region: string) => (region === 'b' ? 'down' : 'up');
    const judge = new Judge(config()).minutes(0, 5, 'up').minutes(5, 60, regional);
    judge.minutes(60, 64, (region) => (region === 'a' ? 'up' : 'silent')).minutes(64, 80, regional);
    expect(judge.notices.filter(({ pages }) => pages)).toEqual([]);
    judge.minutes(80, 100, (region) => (region === 'a' ? 'up' : 'silent'));
    expect(judge.notices.filter(({ pages }) => pages)).toMatchObject([
      { kind: 'worse', incident: { kind: 'unknown' } },
    ]);
  });
});
