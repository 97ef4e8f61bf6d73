import { NumberText, type JsonValue } from './value';

/** The longest text in a column, and in a SUPER value. */
export const longestText = 65_535;

/** What a row holds otherwise than its event did; the raw text is the truth. */
export type Flag =
  | 'duplicate-keys'
  | 'event-id-hashed'
  | 'event-time-unreadable'
  | 'number-as-text'
  | 'payload-cut'
  | 'payload-left-out'
  | 'raw-text-in-store'
  | `cut:${string}`
  | `null:${string}`;

/** JSON of a value that SUPER takes whole: no number that it would round, no text that it would refuse. */
export function writeJson(value: JsonValue, flag: (flag: Flag) => void): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeText(value, flag);
  if (value instanceof NumberText) return writeNumber(value.text, flag);
  if (value instanceof Map) {
    return writeObject(value as ReadonlyMap<string, JsonValue>, flag);
  }
  return `[${(value as readonly JsonValue[]).map((one) => writeJson(one, flag)).join(',')}]`;
}

/** Keys that are one once they are text in UTF-8, and no longer than one may be, are one key, and its last value counts. */
function writeObject(members: ReadonlyMap<string, JsonValue>, flag: (flag: Flag) => void): string {
  const written = new Map<string, string>();
  for (const [key, value] of members) {
    const name = writeText(key, flag);
    if (written.has(name)) flag('duplicate-keys');
    written.set(name, writeJson(value, flag));
  }
  return `{${Array.from(written, ([name, json]) => `${name}:${json}`).join(',')}}`;
}

function writeText(text: string, flag: (flag: Flag) => void): string {
  const cut = cutText(text, longestText);
  if (cut !== text) flag('payload-cut');
  return JSON.stringify(cut);
}

/**
 * Up to 18 digits fit a bigint, up to 15 significant ones a double; what has more, or a large exponent, stays text. So does
 * what is written longer than any number needs: a point and hundreds of zeros are a large exponent too.
 */
function writeNumber(text: string, flag: (flag: Flag) => void): string {
  if (/^-?\d{1,18}$/.test(text)) return text;
  const [digits = '', exponent = '0'] = text.toLowerCase().split('e');
  const significant = digits.replace(/[-.]/g, '').replace(/^0+/, '');
  if (text.length <= 100 && significant.length <= 15 && Math.abs(Number(exponent)) <= 100) return text;
  flag('number-as-text');
  return JSON.stringify(text);
}

/** Halves of surrogate pairs are no text in UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}

/** At most so many bytes of UTF-8, whole characters. */
export function cutText(text: string, bytes: number): string {
  const whole = wellFormed(text);
  // No character has more than three bytes a unit.
  if (whole.length * 3 <= bytes || utf8Length(whole) <= bytes) return whole;
  let size = 0;
  let end = 0;
  for (const character of whole) {
    size += utf8Length(character);
    if (size > bytes) break;
    end += character.length;
  }
  return whole.slice(0, end);
}

export function utf8Length(text: string): number {
  let size = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7ff) size += code >= 0xd800 && code <= 0xdfff ? 1 : 2;
    else if (code > 0x7f) size += 1;
  }
  return size;
}
