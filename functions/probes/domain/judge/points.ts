/**
 * How long the looks of the last hour took: slot (seconds) and microseconds alternate, oldest first. A flat list, since a
 * thousand targets in ten regions have 600,000 points; in two parts, so that adding one does not copy all.
 */
export interface Points {
  readonly older: readonly number[];
  readonly newest: readonly number[];
}

/** The resolution in microseconds. */
export const latencyStep = 100;

const keptNumbers = 2 * 60;
const newestNumbers = 2 * 8;

export const noPoints: Points = { older: [], newest: [] };

/** Adds a point. A late one is left out: sorting it in is not worth it for a line of pixels. */
export function withPoint(before: Points, slot: number, micros: number): Points {
  const { older, newest } = before;
  if (slot <= (newest.at(-2) ?? older.at(-2) ?? -1)) return before;
  const rounded = Math.round(micros / latencyStep) * latencyStep;
  return newest.length < newestNumbers
    ? { older, newest: [...newest, slot, rounded] }
    : { older: numbersIn(before), newest: [slot, rounded] };
}

/** The last sixty points, slot and microseconds alternating. */
export function numbersIn({ older, newest }: Points): readonly number[] {
  return newest.length === 0 ? older : [...older, ...newest].slice(-keptNumbers);
}

/** The microseconds alone. */
export function microsIn(points: Points): number[] {
  return numbersIn(points).filter((_, at) => at % 2 === 1);
}
