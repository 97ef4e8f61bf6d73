const minuteMs = 60_000;
// Auto Scaling has one bucket for all calls, of an unpublished size; we assume 100. A run takes little more than this
// number, and leaves the rest for completing launches.
const beatsAtOnce = 80;

/**
 * Whether the instance's heartbeat is due in this minute.
 *
 * Each instance has one minute in every fifteenth of the heartbeat timeout, computed from its id. So a thousand waiting
 * instances do not call in the same minute, and the time of the last heartbeat need not be stored. The action stays
 * open even if the reconciler is down for 12 of the 15 parts and one run is a minute late. If too many instances wait,
 * each has its minute half as often, or a quarter as often, but at least three times within the time-out.
 *
 * @param heartbeatSeconds the hook's heartbeat timeout.
 * @param waiting how many instances wait in lifecycle hooks, in total.
 */
export function isHeartbeatDue(instanceId: string, now: Date, heartbeatSeconds: number, waiting = 1): boolean {
  const part = (parts: number) => Math.max(1, Math.floor(heartbeatSeconds / 60 / parts));
  let every = part(15);
  // Doubled: an instance's minute in the longer interval is also its minute in the shorter one. So when the number of
  // waiting instances changes, no interval becomes longer than the longest of them.
  while (waiting / every > beatsAtOnce && every * 2 <= part(3)) every *= 2;
  const minute = Math.floor(now.getTime() / minuteMs);
  return (minute + spread(instanceId)) % every === 0;
}

/** A number made from an id. Ids that differ only at the end get numbers that are spread evenly. */
function spread(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return sum;
}
