const minuteMs = 60_000;
/**
 * Bytes of a message to SNS, as it is sent. SNS takes 262,144, "not 262,144 characters", of which message attributes are
 * a part; whether the subject is one, no document says.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export const mostSnsBytes = 262_144 - 512;
// SNS: "must be less than 100 characters long".
const longestSubject = 99;

/** A line that SNS takes as a subject: fewer than 100 printable characters of ASCII. @param end of a line that was cut. */
export function subjectLine(text: string, end = '...'): string {
  const line = text.replace(/[^\x20-\x7e]/g, '?').trim();
  return line.length <= longestSubject ? line : `${line.slice(0, longestSubject - end.length)}${end}`;
}

/** Without the control characters of a build's log (colours and the like), which queues behind a topic refuse. */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]/gu, '');
}

/** Its beginning, which says what it is, and its end, where a log says what went wrong. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = text.slice(0, Math.floor(most / 4)).replace(/[\ud800-\udbff]$/, '');
  const tail = text.slice(head.length - most).replace(/^[\udc00-\udfff]/, '');
  return `${head}\n[... ${text.length - head.length - tail.length} characters are left out ...]\n${tail}`;
}

/** The largest whole number from 0 to `most` that fits: if one fits, all below it do. */
export function largest(most: number, fits: (one: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** `2026-01-01T13:00:00Z`. @param at ISO 8601. */
export function moment(at: string): string {
  return new Date(at).toISOString().replace(/\.\d+/, '');
}

/** `2026-01-01T13:00:00Z (in 60 min)`. */
export function durationText(at: string, now: Date): string {
  const minutes = Math.round((Date.parse(at) - now.getTime()) / minuteMs);
  if (minutes <= 0) return `${moment(at)} (now)`;
  return `${moment(at)} (in ${minutes < 120 ? `${minutes} min` : hours(minutes)})`;
}

function hours(minutes: number): string {
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** As one word of a shell's command line. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The same, without quotes where a shell needs none: a name such as `web-03`. */
export function quotedIfOdd(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : quoted(word);
}
