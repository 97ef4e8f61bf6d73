const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const form = /^[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d):(\d{1,6})$/;

/**
 * `Mon, 7 Dec 2020 20:01:55:177` in milliseconds since the epoch; `undefined` for another text. It is UTC; the weekday
 * is not looked at (real logs have wrong ones), and what is behind the third colon are thousandths, or millionths.
 */
export function recordTime(text: string): number | undefined {
  const [, day, month = '', year, hour, minute, second, fraction = ''] = form.exec(text.trim()) ?? [];
  const at = months.indexOf(month);
  if (at < 0) return undefined;
  const millis = fraction.length <= 3 ? Number(fraction) : Math.floor(Number(fraction) / 10 ** (fraction.length - 3));
  const time = Date.UTC(Number(year), at, Number(day), Number(hour), Number(minute), Number(second), millis);
  // `31 Feb` is no day.
  return new Date(time).getUTCDate() === Number(day) ? time : undefined;
}

/** The inverse. */
export function renderRecordTime(millis: number): string {
  const at = new Date(millis);
  const weekday = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][at.getUTCDay()] ?? '';
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  const thousandths = String(at.getUTCMilliseconds()).padStart(3, '0');
  return `${weekday}, ${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()} ${time}:${thousandths}`;
}
