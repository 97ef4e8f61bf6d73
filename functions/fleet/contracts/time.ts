import * as z from '../../shared/schema';

/**
 * An instant as ISO 8601 writes it, with whatever offset, given on in UTC. AWS writes `Z`; what a person or another
 * system hands over (`+02:00`, and `+0200` as `date` prints it) is the same instant.
 */
export const timeSchema = z.pipe(
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text) =>
        text.replace(/(T\S+[+-]\d\d):?(\d\d)?$/, (_, rest: string, minutes = '00') => `${rest}:${minutes}`),
      ),
    ),
    z.iso.datetime({ offset: true }),
  ),
  z.transform((text) => (text.endsWith('Z') ? text : new Date(text).toISOString())),
);
