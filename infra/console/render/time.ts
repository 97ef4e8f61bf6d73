/** `4 s`, `12 min`, `3 h 5 min`, `6 d`: how long, for a person. */
export function span(millis: number): string {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} d`;
}

/** `2026-01-01 13:00:07Z`: when, to the second, in UTC as everything of AWS. */
export function utcTime(at: string): string {
  return new Date(at).toISOString().replace('T', ' ').replace(/\.\d+/, '');
}

/** `in 12 min`, or `12 min ago`. */
export function fromNow(at: string, now: Date): string {
  const millis = Date.parse(at) - now.getTime();
  return millis >= 0 ? `in ${span(millis)}` : `${span(-millis)} ago`;
}
