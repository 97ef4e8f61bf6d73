/**
 * `2026-11-26 13:05:07 UTC`, and with a zone also `(14:05:07 Europe/Berlin)`, or `(2026-11-27 00:05:07 Europe/Berlin)` where
 * that is another day. What is no time is said to be none.
 */
export function momentText(at: number, timeZone?: string): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return 'at an unknown time';
  const utc = `${moment.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  if (timeZone === undefined) return utc;
  // Sweden writes it as ISO 8601 does.
  const [date = '', time = ''] = moment.toLocaleString('sv-SE', { timeZone }).split(' ');
  const there = utc.startsWith(date) ? time : `${date} ${time}`;
  return `${utc} (${there} ${timeZone})`;
}
