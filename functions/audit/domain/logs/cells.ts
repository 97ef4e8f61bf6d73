/** Characters of a line by their place, as numbers: no part of a line is made that is not looked at. */

const blank = 32;
const minus = 45;

export function isBlank(code: number): boolean {
  return code === blank || (code >= 9 && code <= 13) || (code > 127 && /\s/.test(String.fromCharCode(code)));
}

/** What stands from `from` up to `to`, trimmed. */
export function trimmed(text: string, from: number, to: number): string {
  let [first, last] = [from, to];
  while (last > first && isBlank(text.charCodeAt(last - 1))) last -= 1;
  while (first < last && isBlank(text.charCodeAt(first))) first += 1;
  return text.slice(first, last);
}

const most = { digits: 19 };

/** A whole number of at most 19 digits between blanks, `-` before it allowed; or where `orNothing`, blanks alone. */
export function isWhole(text: string, from: number, to: number, orNothing = false): boolean {
  let [first, last] = [from, to];
  while (last > first && isBlank(text.charCodeAt(last - 1))) last -= 1;
  while (first < last && isBlank(text.charCodeAt(first))) first += 1;
  if (first === last) return orNothing;
  if (text.charCodeAt(first) === minus) first += 1;
  return digitsIn(text, first, last, most.digits) >= 0;
}

/** The number that stands there, digits alone and at most so many; -1 for anything else. Exact up to 15 digits. */
export function digitsIn(text: string, from: number, to: number, longest: number): number {
  if (to <= from || to - from > longest) return -1;
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** The same between blanks. */
export function numberIn(text: string, from: number, to: number, longest: number): number {
  let [first, last] = [from, to];
  while (last > first && isBlank(text.charCodeAt(last - 1))) last -= 1;
  while (first < last && isBlank(text.charCodeAt(first))) first += 1;
  return digitsIn(text, first, last, longest);
}

/** Where the cells of a line begin and end: the places of `|`, with one before the first cell and the end of the line. */
export class Cells {
  readonly #bars = new Int32Array(64);
  count = 0;
  /** Where the line ends. */
  end = 0;

  /** Finds them again; of more than 63 only the number is kept. */
  find(text: string, from: number, to: number): void {
    const bars = this.#bars;
    bars[0] = from - 1;
    let count = 1;
    for (let at = text.indexOf('|', from); at >= 0 && at < to; at = text.indexOf('|', at + 1)) {
      if (count < 63) bars[count] = at;
      count += 1;
    }
    bars[Math.min(count, 63)] = to;
    this.count = count;
    this.end = to;
  }

  from(cell: number): number {
    return (this.#bars[cell] ?? 0) + 1;
  }

  to(cell: number): number {
    return this.#bars[cell + 1] ?? 0;
  }
}
