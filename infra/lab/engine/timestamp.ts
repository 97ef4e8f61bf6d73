import type { Json } from './json';

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** Whether a value is a date and time as the States Language wants it: ISO 8601 with upper-case T and a zone. */
export function isTimestamp(value: Json): boolean {
  if (typeof value !== 'string') return false;
  const [, year, month, day, hour] = (rfc3339.exec(value) ?? []).map(Number);
  if (year === undefined || month === undefined || Number.isNaN(Date.parse(value))) return false;
  // `Date` takes February 30 for March 1, and 24:00 for the next day; AWS takes neither.
  return Number(day) <= daysIn(year, month) && Number(hour) < 24;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
