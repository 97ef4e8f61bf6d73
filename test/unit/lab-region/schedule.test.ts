import { Schedule } from '../../../infra/lab/region/event-bridge/schedule';
import type { BusEvent } from '../../../infra/lab/region/event-bridge/event';
import { aWorld } from './support';

const minute = 60_000;

function everyMinute(target: (event: BusEvent) => unknown) {
  const { clock, region } = aWorld();
  return { clock, schedule: new Schedule(region.context, { name: 'reconcile', minutes: 1, target }) };
}

/** A target whose runs end when the test says so. */
function slow() {
  const ends: (() => void)[] = [];
  return { target: () => new Promise<void>((resolve) => ends.push(resolve)), ends };
}

describe('a schedule', () => {
  test('calls its target at its rate, the first time after one interval', async () => {
    const events: BusEvent[] = [];
    const { clock } = everyMinute((event) => events.push(event));
    await clock.advance(minute - 1);
    expect(events).toEqual([]);
    await clock.advance(2 * minute + 1);
    expect(events.map(({ time }) => time)).toEqual([
      '2026-01-01T00:01:00Z',
      '2026-01-01T00:02:00Z',
      '2026-01-01T00:03:00Z',
    ]);
    expect(events[0]).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      resources: ['arn:aws:events:eu-central-1:123456789012:rule/reconcile'],
    });
  });

  test('drops the ticks that come while a run continues, and takes the next one after it', async () => {
    const { target, ends } = slow();
    const { clock, schedule } = everyMinute(target);
    await clock.advance(3 * minute);
    expect([schedule.runs, schedule.skipped]).toEqual([1, 2]);
    ends[0]!();
    await clock.advance(minute);
    expect([schedule.runs, schedule.skipped]).toEqual([2, 2]);
  });

  test('keeps what fails, whether at once or later, and continues', async () => {
    let runs = 0;
    const { clock, schedule } = everyMinute(() => {
      runs += 1;
      if (runs === 1) throw new TypeError('at once');
      return runs === 2 ? Promise.reject(new TypeError('later')) : undefined;
    });
    await clock.advance(3 * minute);
    expect(schedule.failures).toMatchObject([
      { at: '2026-01-01T00:01:00.000Z', error: { message: 'at once' } },
      { at: '2026-01-01T00:02:00.000Z', error: { message: 'later' } },
    ]);
    expect(runs).toBe(3);
  });

  test('stands still while it is off, and begins again when it is on again', async () => {
    const { clock, schedule } = everyMinute(() => undefined);
    await clock.advance(90_000);
    schedule.disable();
    schedule.disable();
    await clock.advance(10 * minute);
    expect(schedule.runs).toBe(1);
    schedule.enable();
    schedule.enable();
    await clock.advance(minute - 1);
    expect(schedule.runs).toBe(1);
    await clock.advance(1);
    expect(schedule.runs).toBe(2);
    await clock.advance(minute);
    expect(schedule.runs).toBe(3);
  });

  test('that is off leaves no timer; one that is on is cut off by a limit', async () => {
    const { clock, schedule } = everyMinute(() => undefined);
    expect(await clock.runUntil(() => false, 5 * minute)).toBe(false);
    expect(schedule.runs).toBe(5);
    schedule.disable();
    expect(await clock.runUntil(() => false)).toBe(false);
    expect(schedule.runs).toBe(5);
  });
});

test('a region has no schedule of its own: nothing is left to run in it', async () => {
  const { clock } = aWorld();
  expect(await clock.runUntil(() => false)).toBe(false);
});
