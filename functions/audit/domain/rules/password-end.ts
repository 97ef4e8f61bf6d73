import { momentText } from '../../../shared/notify/moment-text';

/** PostgreSQL's `infinity`, as userlog has it where a password has no end. */
const forever = '9223372036854775807';
/** Who means a password to end does not give it ten years. */
const farMs = 10 * 365 * 24 * 3_600_000;
/** Characters of `valid until` that are remembered. */
export const longestEnd = forever.length;

/**
 * When a password ends, ms since 1970; `undefined` where it does not, or the text is no time. Userlog has PostgreSQL's own
 * number, as its `infinity` shows: µs since 2000. No public sample has a password that ends, so that a date as SQL writes
 * it is read too.
 *
 * @param validUntil the column as it stands in the line.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_STL_USERLOG.html
 */
function endOf(validUntil: string): number | undefined {
  if (validUntil === forever) return undefined;
  if (/^\d{10,19}$/.test(validUntil)) return timeOrNone(Date.UTC(2000, 0, 1) + Number(validUntil) / 1000);
  const [, date] = /^(\d{4}-\d\d-\d\d)(?:[ T]|$)/.exec(validUntil) ?? [];
  return date === undefined ? undefined : timeOrNone(Date.parse(`${date}T00:00:00Z`));
}

function timeOrNone(at: number): number | undefined {
  return Number.isNaN(new Date(at).getTime()) ? undefined : at;
}

/**
 * Whether a password never ends, or so late that it is the same: more than ten years from `at`.
 *
 * @param at ms.
 */
export function isFar(validUntil: string, at: number): boolean {
  return validUntil === forever || (endOf(validUntil) ?? at) - at > farMs;
}

/** The year in which a password ends; `undefined` where it does not, or the text is no time. */
export function yearOf(validUntil: string): number | undefined {
  const at = endOf(validUntil);
  return at === undefined ? undefined : new Date(at).getUTCFullYear();
}

/** As people read it: `for ever`, `2026-11-26 13:05:07 UTC`; what is no time as it stands. */
export function endShown(validUntil: string): string {
  if (validUntil === forever) return 'for ever';
  const at = endOf(validUntil);
  return at === undefined ? validUntil : momentText(at);
}
