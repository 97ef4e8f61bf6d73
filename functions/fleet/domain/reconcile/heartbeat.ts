const minuteMs = 60_000;
// Auto Scaling has one bucket for all calls, of a size that it does not publish; 100 is what we assume. A run takes
// little more than this out of it, and leaves the rest to launches that are to be completed.
const beatsAtOnce = 80;

/**
 * Whether this minute is one in which the instance's heartbeat is recorded.
 *
 * Each instance has its minute in every fifteenth of the heartbeat timeout, found by its id, so a thousand waiting
 * instances do not call in the same minute, and the time of the last heartbeat need not be stored. The reconciler can
 * then be down for 12 of the 15 parts, and one run can come a minute late, and the action is still open. Where too many
 * wait for that, each has its minute half as often, or a fourth, but three times within the time-out at least.
 *
 * @param heartbeatSeconds the hook's heartbeat timeout.
 * @param waiting how many instances wait in lifecycle hooks, all in all.
 */
export function isHeartbeatDue(instanceId: string, now: Date, heartbeatSeconds: number, waiting = 1): boolean {
  const part = (parts: number) => Math.max(1, Math.floor(heartbeatSeconds / 60 / parts));
  let every = part(15);
  // Doubled: a minute that is an instance's in the longer interval is so in the shorter one too. So while the number of
  // those that wait changes, no interval becomes longer than the longest of them.
  while (waiting / every > beatsAtOnce && every * 2 <= part(3)) every *= 2;
  const minute = Math.floor(now.getTime() / minuteMs);
  return (minute + spread(instanceId)) % every === 0;
}

/** A number that ids, which differ at the end, spread over evenly. */
function spread(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return sum;
}
