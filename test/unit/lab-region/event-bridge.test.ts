import { checkPattern, matchesPattern, type Pattern } from '../../../infra/lab/region/event-bridge/pattern';
import type { BusEvent } from '../../../infra/lab/region/event-bridge/event';
import { aWorld } from './support';

const entry = { source: 'test', detailType: 'Thing', detail: { AutoScalingGroupName: 'web' } };
const pattern = { source: ['test'] };

describe('a pattern', () => {
  const event = {
    source: 'aws.autoscaling',
    detail: { AutoScalingGroupName: 'web', Origin: 'EC2' },
    resources: ['a', 'b'],
  };

  test.each([
    ['values of its fields', { source: ['x', 'aws.autoscaling'], detail: { AutoScalingGroupName: ['web'] } }, true],
    ['another value', { detail: { AutoScalingGroupName: ['db'] } }, false],
    ['a field that the event lacks', { detail: { Missing: ['x'] } }, false],
    ['an object that the event lacks', { nothing: { Missing: ['x'] } }, false],
    ['one element of a list', { resources: ['b', 'c'] }, true],
    ['no element of a list', { resources: ['c'] }, false],
    ['a prefix', { source: [{ prefix: 'aws.' }] }, true],
    ['a suffix', { source: [{ suffix: '.ec2' }] }, false],
    ['presence', { detail: { Origin: [{ exists: true }] } }, true],
    ['absence', { detail: { Origin: [{ exists: false }] } }, false],
    ['absence or a value', { detail: { Destination: [{ exists: false }, 'EC2'] } }, true],
    ['anything but', { detail: { Origin: [{ 'anything-but': ['WarmPool'] }] } }, true],
    ['anything but what it is', { detail: { Origin: [{ 'anything-but': 'EC2' }] } }, false],
  ])('matches by %s', (_what, given, expected) => {
    expect(matchesPattern(given, event)).toBe(expected);
  });

  test('with an operator that the lab does not know is refused', () => {
    expect(() => checkPattern({ size: [{ numeric: ['>', 1] }] } as unknown as Pattern)).toThrow('{"numeric":[">",1]}');
  });
});

describe('the bus', () => {
  test('delivers to each rule that matches, later, a copy of its own', async () => {
    const { region, clock } = aWorld();
    const got: BusEvent[] = [];
    const others: string[] = [];
    region.bus.putRule({ name: 'one', pattern, target: (event) => got.push(event) });
    region.bus.putRule({ name: 'two', pattern, target: (event) => got.push(event) });
    region.bus.putRule({ name: 'other', pattern: { source: ['other'] }, target: () => others.push('no match') });
    const sent = region.bus.putEvent(entry);
    expect(got).toEqual([]);
    await clock.advance(100);
    expect(got).toEqual([sent, sent]);
    expect(got[0]).not.toBe(got[1]);
    expect(others).toEqual([]);
  });

  test('loses events when told so, of one kind only', async () => {
    const { region, clock } = aWorld({ events: { byDetailType: { Thing: { loss: 1 } } } });
    const got: string[] = [];
    region.bus.putRule({ name: 'one', pattern, target: (event) => got.push(event['detail-type']) });
    region.bus.putEvent(entry);
    region.bus.putEvent({ ...entry, detailType: 'Other' });
    await clock.advance(1_000);
    expect(got).toEqual(['Other']);
    expect(region.bus.published).toHaveLength(2);
  });

  test('loses the events of one service only, but for a kind of them that is told otherwise', async () => {
    const bySource = { test: { loss: 1 } };
    const { region, clock } = aWorld({ events: { bySource, byDetailType: { Kept: { loss: 0 } } } });
    const got: string[] = [];
    const all = { source: ['test', 'other'] };
    region.bus.putRule({ name: 'one', pattern: all, target: (event) => got.push(event['detail-type']) });
    region.bus.putEvent(entry);
    region.bus.putEvent({ ...entry, detailType: 'Kept' });
    region.bus.putEvent({ ...entry, source: 'other' });
    await clock.advance(1_000);
    expect(got.sort()).toEqual(['Kept', 'Thing']);
  });

  test('publishes an event in the envelope that it comes in, and only delivers one that was published before', async () => {
    const { region, clock } = aWorld();
    const [got, seen]: [BusEvent[], BusEvent[]] = [[], []];
    region.bus.putRule({ name: 'one', pattern, target: (event) => got.push(event) });
    region.bus.watch((event) => seen.push(event));
    const event = { ...region.bus.putEvent(entry), id: 'its-own' };
    region.bus.publish(event);
    region.bus.deliver(event);
    await clock.advance(1_000);
    expect(got.map(({ id }) => id === 'its-own')).toEqual([false, true, true]);
    expect(region.bus.published).toHaveLength(2);
    expect(seen).toEqual(region.bus.published);
  });

  test('delivers twice when told so, with the same id', async () => {
    const { region, clock } = aWorld();
    region.bus.setDelivery({ quality: { duplication: 1 } });
    const got: string[] = [];
    region.bus.putRule({ name: 'one', pattern, target: (event) => got.push(event.id) });
    const { id } = region.bus.putEvent(entry);
    await clock.advance(1_000);
    expect(got).toEqual([id, id]);
  });

  test('lets events overtake one another', async () => {
    const { region, clock } = aWorld({ events: { quality: { delayMs: [0, 60_000] } } });
    const got: unknown[] = [];
    region.bus.putRule({ name: 'one', pattern, target: (event) => got.push(event.detail['n']) });
    for (let n = 0; n < 20; n += 1) region.bus.putEvent({ ...entry, detail: { n } });
    await clock.advance(60_000);
    expect(got).toHaveLength(20);
    expect(got).not.toEqual([...got].sort((left, right) => Number(left) - Number(right)));
  });

  test('tries a failing target again, and stops when it succeeds', async () => {
    const { region, clock } = aWorld();
    let calls = 0;
    const target = async () => {
      calls += 1;
      if (calls < 3) throw new TypeError('not yet');
    };
    region.bus.putRule({ name: 'one', pattern, target });
    region.bus.putEvent(entry);
    await clock.advance(100);
    expect(calls).toBe(1);
    await clock.advance(60_000);
    expect(calls).toBe(2);
    await clock.advance(3_600_000);
    expect(calls).toBe(3);
    expect(region.bus.deadLetters).toEqual([]);
  });

  test('puts what no attempt delivered with the dead letters', async () => {
    const { region, clock } = aWorld();
    const target = () => {
      throw new TypeError('never');
    };
    region.bus.putRule({ name: 'one', pattern, target, retryDelaysMs: [1_000] });
    const event = region.bus.putEvent(entry);
    await clock.advance(10_000);
    expect(region.bus.deadLetters).toMatchObject([
      { rule: 'one', event, attempts: 2, reason: 'attempts', error: { message: 'never' } },
    ]);
  });

  test('does not try an event that is too old', async () => {
    const { region, clock } = aWorld();
    const target = async () => Promise.reject(new TypeError('never'));
    region.bus.putRule({ name: 'one', pattern, target, maximumEventAgeMs: 30_000 });
    region.bus.putEvent(entry);
    await clock.advance(200_000);
    expect(region.bus.deadLetters).toMatchObject([{ attempts: 1, reason: 'age' }]);
  });

  test('delivers nothing by a rule that was removed', async () => {
    const { region, clock } = aWorld();
    const got: BusEvent[] = [];
    region.bus.putRule({ name: 'one', pattern, target: (event) => got.push(event) });
    region.bus.removeRule('one');
    region.bus.putEvent(entry);
    await clock.advance(1_000);
    expect(got).toEqual([]);
    expect(() => region.bus.removeRule('one')).toThrow('there is no rule "one"');
  });
});
