// Redshift's TIMESTAMP reaches further; what lies outside these years is a sender's mistake.
const [earliest, latest] = [Date.UTC(1900, 0, 1), Date.UTC(2200, 0, 1)];
/** No place is further from UTC. */
const widestZoneMs = 15 * 3_600_000;
const iso =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d\d(?::?[0-5]\d)?)?)?$/;

/** `YYYY-MM-DD HH:MM:SS.mmm`, UTC: what COPY takes with TIMEFORMAT 'auto', and PostgreSQL too. */
export function sqlTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, 23);
}

/** Milliseconds since 1970 of ISO 8601 (UTC where no zone is said); `undefined` if it is no time, or out of range. */
export function timeOfText(text: string): number | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = iso.exec(text) ?? [];
  if (year === undefined) return undefined;
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const local = Date.UTC(y, mo - 1, d, h, mi, s);
  // 2026-02-30 is no day, and Date.UTC makes one of it.
  if (
    new Date(local).toISOString().slice(0, 10) !== `${year}-${month ?? ''}-${day ?? ''}` ||
    h > 23 ||
    mi > 59 ||
    s > 59
  )
    return undefined;
  const ahead = zoneMs(zone);
  return Math.abs(ahead) > widestZoneMs
    ? undefined
    : inRange(local + Number(fraction.padEnd(3, '0').slice(0, 3)) - ahead);
}

/** Of a number: seconds, or milliseconds where seconds would lie beyond the year 5000. */
export function timeOfNumber(value: number): number | undefined {
  return Number.isFinite(value) ? inRange(Math.abs(value) >= 1e11 ? value : value * 1000) : undefined;
}

function inRange(ms: number): number | undefined {
  return ms >= earliest && ms < latest ? Math.trunc(ms) : undefined;
}

function zoneMs(zone: string): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?([0-5]\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
