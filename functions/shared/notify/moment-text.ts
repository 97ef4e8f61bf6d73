/** `2026-11-26 13:05:07 UTC`, and with a zone also `(14:05:07 Europe/Berlin)`. What is no time is said to be none. */
export function momentText(at: number, timeZone?: string): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return 'at an unknown time';
  const utc = `${moment.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  if (timeZone === undefined) return utc;
  const there = moment.toLocaleTimeString('en-GB', { timeZone, hour12: false });
  return `${utc} (${there} ${timeZone})`;
}
