import fc from 'fast-check';
import { parserOf } from '../../../functions/audit/domain/logs/parser';
import { detect } from '../../../functions/audit/domain/rules/detector';
import { defaultOptions } from '../../../functions/audit/domain/rules/options';
import { forget } from '../../../functions/audit/domain/rules/forgetting';
import {
  addTime,
  coarsen,
  emptyState,
  isLong,
  lastOf,
  ofMoment,
  type DetectorState,
} from '../../../functions/audit/domain/rules/state';

const at = Date.UTC(2026, 10, 26, 8);
const column = (times: readonly number[], which: number) => times.filter((_, index) => index % ofMoment === which);
const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);

test('moments are in order and none is lost, however they come and however many they are', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 120 * 60_000 }), { maxLength: 3000 }), (given) => {
      const times: number[] = [];
      for (const one of given) {
        addTime(times, at + one);
        if (isLong(times)) coarsen(times);
      }
      const moments = column(times, 0);
      expect(moments).toEqual([...moments].sort((a, b) => a - b));
      expect(sum(column(times, 1))).toBe(given.length);
      expect(moments.length).toBeLessThanOrEqual(480);
      if (given.length > 0 && given.length <= 480) expect(lastOf(times)).toBe(at + Math.max(...given));
    }),
    { numRuns: 60 },
  );
});

test('a state that was kept with a list for each moment says the same', () => {
  const line = `authentication failure |Thu, 26 Nov 2026 08:04:00:000|203.0.113.9 |66790 |98031|dev |eve |password |0|TLSv1.2 |x |0| | | |\n`;
  const items = parserOf('connectionlog').push(Buffer.from(line));
  const known = [0, 1, 2, 3].map((minutes) => [at + minutes * 60_000, 1, 0]);
  const stateOf = (times: unknown) => ({ ...emptyState(), failures: { 'ip 203.0.113.9': times } }) as DetectorState;
  const read = { cluster: 'main', object: 'log', at };
  const now = detect(defaultOptions, stateOf(known.flat()), items, read);
  expect(detect(defaultOptions, stateOf(known), items, read)).toEqual(now);
  expect(now.observations.find(({ key }) => key.startsWith('AUTH-BRUTE-IP'))?.count).toBe(5);
});

test('lines are skipped where they begin as a usual event that is no failure, and never else', () => {
  const usual = ['authenticated', 'initiating session', 'disconnecting session', 'set application_name'];
  const changed = fc
    .tuple(
      fc.constantFrom(...usual, 'authentication failure'),
      fc.nat(23),
      fc.constantFrom('', 'x', ' ', '|', '\0', 'é'),
    )
    .map(([event, place, letter]) => `${event} |`.slice(0, place) + letter + `${event} |`.slice(place));
  fc.assert(
    fc.property(fc.array(changed, { maxLength: 20 }), (lines) => {
      const parser = parserOf('connectionlog', { onlyFailures: true });
      parser.push(Buffer.from(lines.map((line) => `${line}\n`).join('')));
      parser.end();
      let [skipped, run] = [0, 0];
      for (const line of lines) {
        if (usual.some((event) => line.startsWith(`${event} |`))) run += 1;
        else {
          // The last four before a line that is read are looked at, too: whether it is believed depends on them.
          skipped += Math.max(0, run - 4);
          run = 0;
        }
      }
      expect(parser.counts).toMatchObject({ lines: lines.length, skipped: skipped + run });
    }),
  );
});

test('who fails again and again is not forgotten for those who came once, when it is known by minutes alone', () => {
  const state = emptyState();
  for (let n = 0; n < 5_000; n += 1) state.failures[`ip ${n}`] = [at + 30_000 + n, 1, 0];
  const often = Array.from({ length: 481 }, (_, n) => [at - (480 - n) * 1_000 + 59_000, 1, 0]).flat();
  coarsen(often);
  // As states of before have it; of today the newest stay as they are.
  expect(lastOf(often)).toBe(at + 59_000);
  often.splice(-60 * ofMoment);
  often.push(at, 480, 0);
  expect(lastOf(often)).toBe(at);
  state.failures['user joe'] = often;
  forget(state);
  expect(Object.keys(state.failures)).toHaveLength(3_000);
  expect(state.failures['user joe']).toBe(often);
});
