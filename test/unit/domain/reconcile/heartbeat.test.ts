import { isHeartbeatDue } from '../../../../functions/fleet/domain/reconcile/heartbeat';

const minuteMs = 60_000;
const began = Date.parse('2026-01-01T00:00:00Z');
const ids = Array.from({ length: 240 }, (_, at) => `i-0a1b2c3d4e5f${(4096 + at).toString(16)}`);

/** The minutes, counted from the beginning, in which a heartbeat is due. */
function due(instanceId: string, count: number, heartbeatSeconds: number, waiting?: number): number[] {
  const minutes = Array.from({ length: count }, (_, minute) => minute);
  return minutes.filter((minute) =>
    isHeartbeatDue(instanceId, new Date(began + minute * minuteMs), heartbeatSeconds, waiting),
  );
}

// [heartbeat timeout in seconds, how many wait, every how many minutes]
test.each([
  [60, 1, 1],
  [899, 1, 1],
  [1800, 1, 2],
  [3600, 1, 4],
  [3600, 320, 4],
  [3600, 321, 8],
  [3600, 640, 8],
  [3600, 641, 16],
  [3600, 100_000, 16],
  [1440, 100_000, 8],
  [7200, 100_000, 32],
])('with a timeout of %i s, and %i that wait, each has its minute every %i', (seconds, waiting, every) => {
  for (const id of ids.slice(0, 20)) {
    const minutes = due(id, 4 * every, seconds, waiting);
    expect(minutes).toHaveLength(4);
    expect(minutes.every((minute, at) => at === 0 || minute - minutes[at - 1]! === every)).toBe(true);
  }
});

test('keeps its distance for months', () => {
  const minutes = due(ids[0]!, 100_000, 3600);
  expect(minutes).toHaveLength(25_000);
  expect(new Set(minutes.map((minute) => minute % 4)).size).toBe(1);
});

test('spreads instances over the minutes, however alike their ids', () => {
  const counts = [0, 0, 0, 0];
  for (const id of ids) counts[due(id, 4, 3600)[0]!]! += 1;
  for (const count of counts) expect(Math.abs(count - 60)).toBeLessThan(25);
});

test('a minute that is its own in a longer interval is so in a shorter one', () => {
  for (const id of ids.slice(0, 20)) {
    const often = due(id, 64, 3600, 320);
    for (const waiting of [321, 641]) expect(often).toEqual(expect.arrayContaining(due(id, 64, 3600, waiting)));
  }
});
