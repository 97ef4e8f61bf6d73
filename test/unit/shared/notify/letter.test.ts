import { renderMail } from '../../../../functions/shared/notify/letter';
import { momentText } from '../../../../functions/shared/notify/moment-text';

test.each([
  ['2026-11-26T13:05:07Z', 'Europe/Berlin', '2026-11-26 13:05:07 UTC (14:05:07 Europe/Berlin)'],
  ['2026-12-31T23:30:00Z', 'Europe/Berlin', '2026-12-31 23:30:00 UTC (2027-01-01 00:30:00 Europe/Berlin)'],
  ['2026-12-31T23:00:00Z', 'Europe/Berlin', '2026-12-31 23:00:00 UTC (2027-01-01 00:00:00 Europe/Berlin)'],
  ['2027-01-01T02:00:00Z', 'America/New_York', '2027-01-01 02:00:00 UTC (2026-12-31 21:00:00 America/New_York)'],
  // Clocks are set back at 01:00 UTC: the same time of the day twice, told apart by UTC.
  ['2026-10-25T00:30:00Z', 'Europe/Berlin', '2026-10-25 00:30:00 UTC (02:30:00 Europe/Berlin)'],
  ['2026-10-25T01:30:00Z', 'Europe/Berlin', '2026-10-25 01:30:00 UTC (02:30:00 Europe/Berlin)'],
  ['2026-03-29T01:00:00Z', 'Europe/Berlin', '2026-03-29 01:00:00 UTC (03:00:00 Europe/Berlin)'],
  ['2028-02-29T23:59:59Z', 'Asia/Kolkata', '2028-02-29 23:59:59 UTC (2028-03-01 05:29:59 Asia/Kolkata)'],
])('%s in %s', (at, zone, text) => {
  expect(momentText(Date.parse(at), zone)).toBe(text);
});

test('a word that is longer than a line stands beside its label, and what follows it is indented', () => {
  const key = `bucket/${'a'.repeat(100)}.gz`;
  const { text } = renderMail({
    ...{ id: 'audit-1-a', system: 'audit', subject: 's', intro: 'i' },
    sections: [
      {
        title: 'Title',
        facts: [
          ['object', `${key} line 7`],
          ['why', 'short words '.repeat(10)],
        ],
      },
    ],
  });
  expect(text).toContain(`\n  object: ${key}\n          line 7\n`);
  expect(text).toMatch(/\n {2}why: {4}short words [a-z ]+\n {10}[a-z]/);
});
