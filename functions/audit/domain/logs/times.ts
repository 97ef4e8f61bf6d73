import { digitsIn } from './cells';
import { copyOf } from './lines';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const activityTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?Z$/;

/**
 * `Mon, 7 Dec 2020 20:01:55:177` in ms of the epoch, UTC. After the third colon milliseconds, or microseconds where
 * there are more than three digits. The day of the week is wrong in real logs and not looked at.
 *
 * @param from where it begins within `text`, and `to` where it ends.
 */
export function parseRecordTime(text: string, from = 0, to = text.length): number | undefined {
  const { upToMinute, at } = lastMinute;
  const seconds = from + upToMinute.length;
  // A part of a text is compared with another at once, and no number made of its characters.
  if (upToMinute !== '' && text.slice(from, seconds) === upToMinute) {
    const ms = secondsIn(text, seconds, to);
    return ms < 0 ? undefined : at + ms;
  }
  const comma = from + 3;
  for (let at = from; at < comma; at += 1) if (!isLetter(text.charCodeAt(at))) return undefined;
  if (text.charCodeAt(comma) !== code(',') || text.charCodeAt(comma + 1) !== blank) return undefined;
  const first = comma + 2;
  const day = text.charCodeAt(first + 1) === blank ? first + 1 : first + 2;
  // From here on everything has its place: ` Dec 2020 20:01:55:`
  const clock = day + 10;
  if (
    to - day < 20 ||
    to - day > 25 ||
    text.charCodeAt(day) !== blank ||
    text.charCodeAt(day + 4) !== blank ||
    text.charCodeAt(clock - 1) !== blank ||
    text.charCodeAt(clock + 2) !== colon ||
    text.charCodeAt(clock + 5) !== colon ||
    text.charCodeAt(clock + 8) !== colon
  )
    return undefined;
  const ms = secondsIn(text, clock + 6, to);
  const midnight = midnightOf(text, first, day);
  const [hour, minute] = [digitsIn(text, clock, clock + 2, 2), digitsIn(text, clock + 3, clock + 5, 2)];
  const whole = timeOfDay(midnight, hour, minute, 0);
  if (whole === undefined || ms < 0) return undefined;
  lastMinute = { upToMinute: copyOf(text.slice(from, clock + 6)), at: whole };
  return whole + ms;
}

// The lines of a file come in their order, so that most have the minute of the line before.
let lastMinute = { upToMinute: '', at: 0 };

/** `55:177` in ms, from 0 up to 60,999, for leap seconds; -1 for anything else. */
function secondsIn(text: string, from: number, to: number): number {
  const fraction = digitsIn(text, from + 3, to, 6);
  const second = digitsIn(text, from, from + 2, 2);
  if (fraction < 0 || second < 0 || second > 60 || text.charCodeAt(from + 2) !== colon) return -1;
  return second * 1000 + (to - from - 3 > 3 ? Math.floor(fraction / 1000) : fraction);
}

const blank = 32;
const colon = 58;
const code = (character: string) => character.charCodeAt(0);
const isLetter = (character: number) => (character | 32) >= code('a') && (character | 32) <= code('z');

/** Of `7 Dec 2020`, that begins at `from`; `to` is behind its first number. */
function midnightOf(text: string, from: number, to: number): number | undefined {
  const day = digitsIn(text, from, to, 2);
  const year = digitsIn(text, to + 5, to + 9, 4);
  return dayOf(year, months.indexOf(text.slice(to + 1, to + 4)), day);
}

/** `2018-05-21T06:20:09Z` in ms of the epoch. */
export function parseActivityTime(text: string): number | undefined {
  const found = activityTime.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const ms = Math.floor(Number(`0.${found[7] ?? '0'}`) * 1000);
  return timeOfDay(dayOf(year, month - 1, day), hour, minute, second * 1000 + ms);
}

/** Nothing rolls over: 31 February is no day. */
function dayOf(year: number, month: number, day: number): number | undefined {
  if (month < 0 || month > 11 || day < 1 || year < 1970) return undefined;
  const midnight = Date.UTC(year, month, day);
  return new Date(midnight).getUTCDate() === day ? midnight : undefined;
}

/** @param ms of the minute: 60 seconds are a time, for leap seconds. */
function timeOfDay(midnight: number | undefined, hour: number, minute: number, ms: number) {
  if (midnight === undefined || hour < 0 || minute < 0) return undefined;
  if (hour > 23 || minute > 59 || ms >= 61_000) return undefined;
  return midnight + (hour * 60 + minute) * 60_000 + ms;
}

export function renderRecordTime(at: number): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map(two).join(':');
  const date = `${time.getUTCDate()} ${months[time.getUTCMonth()] ?? ''} ${time.getUTCFullYear()}`;
  return `${days[time.getUTCDay()] ?? ''}, ${date} ${clock}:${String(time.getUTCMilliseconds()).padStart(3, '0')}`;
}
