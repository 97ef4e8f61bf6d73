import type { Random } from '../../../../functions/shared/random';

/** Milliseconds: always the same, or somewhere between two bounds. */
export type Duration = number | readonly [from: number, to: number];

/** One duration out of the span, in whole milliseconds. */
export function draw(random: Random, duration: Duration): number {
  if (typeof duration === 'number') return duration;
  const [from, to] = duration;
  return from === to ? from : from + Math.floor(random.next() * (to - from + 1));
}
