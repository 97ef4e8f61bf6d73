import type { Bytes } from './lines';

const bar = 124;
/** `Mon, 7 Dec 2020 20:01:55:1`, and a blank behind it. */
const shortestTime = 26;
const longestTime = 32;

/** How many columns a line has, as bytes; 0 if there is no room for a time in the second. */
export function columnsIn({ buffer, view }: Bytes, from: number, to: number): number {
  const time = buffer.indexOf(bar, from) + 1;
  const behind = buffer.indexOf(bar, time);
  if (time === 0 || behind >= to || behind - time < shortestTime || behind - time > longestTime) return 0;
  let count = 3;
  let at = behind + 1;
  for (; at + 4 <= to; at += 4) {
    // A byte that is the bar becomes 0, and of those alone the uppermost bit is left: four bytes at once.
    const word = view.getInt32(at) ^ bars;
    const found = ~(((word & low) + low) | word | low);
    if (found !== 0) count += bitsIn(found);
  }
  for (; at < to; at += 1) if (view.getUint8(at) === bar) count += 1;
  return count;
}

const bars = 0x7c7c7c7c;
const low = 0x7f7f7f7f;

function bitsIn(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count += 1;
  return count;
}
