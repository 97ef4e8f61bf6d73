/**
 * How long the looks of the last hour took: slot and microseconds in turn, oldest first. Flat, since a thousand targets in
 * ten regions have 600,000 of them; and in two parts, so that one more does not copy them all.
 */
export interface Points {
  readonly older: readonly number[];
  readonly newest: readonly number[];
}

/** Finer they are not kept, in microseconds. */
export const latencyStep = 100;

const keptNumbers = 2 * 60;
const newestNumbers = 2 * 8;

export const noPoints: Points = { older: [], newest: [] };

/** One more. What comes late would have to be sorted in, for a line of pixels: it is left out. */
export function withPoint(before: Points, slot: number, micros: number): Points {
  const { older, newest } = before;
  if (slot <= (newest.at(-2) ?? older.at(-2) ?? -1)) return before;
  const rounded = Math.round(micros / latencyStep) * latencyStep;
  return newest.length < newestNumbers
    ? { older, newest: [...newest, slot, rounded] }
    : { older: numbersIn(before), newest: [slot, rounded] };
}

/** Slot and microseconds in turn, of the last sixty. */
export function numbersIn({ older, newest }: Points): readonly number[] {
  return newest.length === 0 ? older : [...older, ...newest].slice(-keptNumbers);
}

/** The microseconds alone. */
export function microsIn(points: Points): number[] {
  return numbersIn(points).filter((_, at) => at % 2 === 1);
}
