import * as z from '../../shared/schema';

// As ISO 8601 and RFC 3339 let it be written: `date -Ins` has a comma before its fraction, `date --rfc-3339` a space for
// the T, and `t` and `z` may be small.
const written = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:[.,](\d+))?(?:([Zz])|([+-]\d\d):?(\d\d)?)$/;

/**
 * An instant as ISO 8601 writes it, with whatever offset, given on in UTC. AWS writes `Z`; what a person or another
 * system hands over (`+02:00`, and `+0200` as `date` prints it) is the same instant.
 */
export const timeSchema = z.pipe(
  z.pipe(z.pipe(z.string(), z.transform(canonical)), z.iso.datetime({ offset: true })),
  z.transform((text) => (text.endsWith('Z') ? text : new Date(text).toISOString())),
);

function canonical(text: string): string {
  const [, date, time, seconds = ':00', fraction, utc, hours, minutes = '00'] = written.exec(text) ?? [];
  if (date === undefined) return text;
  const offset = utc === undefined ? `${hours}:${minutes}` : 'Z';
  return `${date}T${time}${seconds}${fraction === undefined ? '' : `.${fraction}`}${offset}`;
}
