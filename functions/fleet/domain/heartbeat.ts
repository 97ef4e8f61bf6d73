const minuteMs = 60_000;

/**
 * Whether this minute is one in which the instance's heartbeat is recorded.
 *
 * Each instance has its minute in every fifteenth of the heartbeat timeout, found by its id, so a thousand waiting
 * instances do not call in the same minute, and nobody has to remember when the last heartbeat was. The reconciler can
 * then be down for 12 of the 15 parts, and one run can come a minute late, and the action is still open.
 *
 * @param heartbeatSeconds the hook's heartbeat timeout.
 */
export function isHeartbeatDue(instanceId: string, now: Date, heartbeatSeconds: number): boolean {
  const every = Math.max(1, Math.floor(heartbeatSeconds / 60 / 15));
  const minute = Math.floor(now.getTime() / minuteMs);
  return (minute + spread(instanceId)) % every === 0;
}

/** A number that ids, which differ at the end, spread over evenly. */
function spread(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return sum;
}
