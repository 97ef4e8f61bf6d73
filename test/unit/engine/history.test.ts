import * as fc from 'fast-check';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { History, type ToldEvent } from '../../../infra/lab/engine/history';
import { differenceOf, PackedEntries, withDifference } from '../../../infra/lab/engine/packed';

const dayMs = 86_400_000;

test('what is kept of a history is written out as it was told', async () => {
  const clock = new VirtualClock();
  const told: ToldEvent[] = [];
  const history = new History(clock, (event) => told.push(event));
  const cursor = { previous: 0 };
  history.end(0, 'ExecutionStarted', { executionStartedEventDetails: { input: '{"name":"web-😀"}' } });
  for (const [after, input] of [
    [0, '{}'],
    [1, '{"name":"web-😁"}'],
    [40 * dayMs, `"${'long '.repeat(40)}"`],
    [3, ''],
  ] as const) {
    await clock.advance(after);
    history.add(cursor, 'PassStateEntered', { stateEnteredEventDetails: { name: 'Pass', input } });
    history.aside(cursor, 'MapStateSucceeded');
  }
  history.end(0, 'ExecutionAborted', { executionAbortedEventDetails: {} });
  history.end(history.last, 'ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount: 1 } });

  expect(history.events).toHaveLength(11);
  expect(history.events).toEqual(told.map(({ event }) => event));
  expect(history.events.map((event) => JSON.stringify(event))).toEqual(told.map(({ text }) => text));
});

test('any entries come back from their bytes', () => {
  const number = fc.oneof(fc.nat(300), fc.maxSafeNat());
  // One byte says how long a text of less than 128 bytes is.
  const middle = fc.tuple(fc.string({ unit: 'grapheme' }), fc.nat(60)).map(([text, times]) => text.repeat(times));
  const entry = fc.record({
    numbers: fc.tuple(number, number, number),
    difference: fc.record({ head: fc.nat(), middle, tail: fc.nat() }),
  });
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const packed = new PackedEntries();
      entries.forEach((one, index) => {
        packed.add(one);
        if (index % 3 === 0) packed.trim();
      });
      expect([...packed.entries()]).toEqual(entries);
    }),
  );
});

test('what one history gives back is not written into another that is still read', () => {
  const entryOf = (text: string) => ({ numbers: [1, 2, 3] as const, difference: { head: 0, middle: text, tail: 0 } });
  const first = new PackedEntries();
  const long = Array.from({ length: 40 }, (_, index) => entryOf(`first ${index} `.repeat(30)));
  for (const one of long) first.add(one);
  first.trim();
  const others = [new PackedEntries(), new PackedEntries()];
  for (let turn = 0; turn < 60; turn += 1) others.forEach((other, index) => other.add(entryOf(`${index}`.repeat(150))));
  first.add(entryOf('last'));
  for (const other of others) other.trim();
  expect([...first.entries()]).toEqual([...long, entryOf('last')]);
  others.forEach((other, index) =>
    expect([...other.entries()]).toEqual(Array.from({ length: 60 }, () => entryOf(`${index}`.repeat(150)))),
  );
});

test('a text comes back from its difference, which cuts no character in two', () => {
  // Few of them, so that texts have much in common: 😀 and 😁 share their first half, 😀 and 🨀 their second.
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '€', '😀', '😁', '🨀'), maxLength: 12 });
  fc.assert(
    fc.property(text, text, (base, other) => {
      const difference = differenceOf(base, other);
      expect(withDifference(base, difference)).toBe(other);
      expect(Buffer.from(difference.middle).toString()).toBe(difference.middle);
    }),
  );
});
