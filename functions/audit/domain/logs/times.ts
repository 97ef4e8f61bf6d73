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
  const fraction = digitsIn(text, clock + 9, to, 6);
  if (fraction < 0) return undefined;
  const midnight = midnightOf(text.slice(first, clock - 1));
  const ms = to - clock - 9 > 3 ? Math.floor(fraction / 1000) : fraction;
  const second = digitsIn(text, clock + 6, clock + 8, 2);
  if (second < 0) return undefined;
  const [hour, minute] = [digitsIn(text, clock, clock + 2, 2), digitsIn(text, clock + 3, clock + 5, 2)];
  return timeOfDay(midnight, hour, minute, second * 1000 + ms);
}

const blank = 32;
const colon = 58;
const code = (character: string) => character.charCodeAt(0);
const isLetter = (character: number) => (character | 32) >= code('a') && (character | 32) <= code('z');

// A file is of one day or two, and its lines come in their order.
let last: { readonly date: string; readonly midnight: number | undefined } = { date: '', midnight: undefined };

/** @param date `7 Dec 2020` */
function midnightOf(date: string): number | undefined {
  if (last.date === date) return last.midnight;
  const found = /^(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})$/.exec(date);
  const midnight =
    found === null ? undefined : dayOf(Number(found[3]), months.indexOf(found[2] ?? ''), Number(found[1]));
  last = { date: copyOf(date), midnight };
  return midnight;
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
