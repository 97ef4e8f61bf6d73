const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const recordTime = /^[A-Za-z]{3}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d):(\d{1,6})$/;
const activityTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?Z$/;

/**
 * `Mon, 7 Dec 2020 20:01:55:177` in ms of the epoch, UTC. After the third colon milliseconds, or microseconds where
 * there are more than three digits. The day of the week is wrong in real logs and not looked at.
 */
export function parseRecordTime(text: string): number | undefined {
  const found = recordTime.exec(text);
  if (found === null) return undefined;
  const [, day, month, year, hour, minute, second, fraction = '0'] = found;
  const ms = fraction.length > 3 ? Math.floor(Number(fraction) / 1000) : Number(fraction);
  return moment(
    [Number(year), months.indexOf(month ?? ''), Number(day), Number(hour), Number(minute), Number(second)],
    ms,
  );
}

/** `2018-05-21T06:20:09Z` in ms of the epoch. */
export function parseActivityTime(text: string): number | undefined {
  const found = activityTime.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const ms = Math.floor(Number(`0.${found[7] ?? '0'}`) * 1000);
  return moment([year, month - 1, day, hour, minute, second], ms);
}

/** Nothing rolls over: 31 February is no time. 60 seconds are, for leap seconds. */
function moment(
  [year, month, day, hour, minute, second]: readonly [number, number, number, number, number, number],
  ms: number,
) {
  if (month < 0 || month > 11 || day < 1 || hour > 23 || minute > 59 || second > 60) return undefined;
  const midnight = Date.UTC(year, month, day);
  if (year < 1970 || new Date(midnight).getUTCDate() !== day) return undefined;
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

export function renderRecordTime(at: number): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map(two).join(':');
  const date = `${time.getUTCDate()} ${months[time.getUTCMonth()] ?? ''} ${time.getUTCFullYear()}`;
  return `${days[time.getUTCDay()] ?? ''}, ${date} ${clock}:${String(time.getUTCMilliseconds()).padStart(3, '0')}`;
}
