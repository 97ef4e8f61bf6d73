import * as z from 'zod';
import { heartbeatSecondsRange, usualHeartbeatSeconds } from '../../../../functions/fleet/contracts/heartbeats';

const { least, most } = heartbeatSecondsRange;
const allowed = `a whole number of seconds from ${least} to ${most}`;

/** The heartbeat timeout of a group's hooks in the configuration, in seconds. */
export const heartbeatTimeout = z
  .number(allowed)
  .int(allowed)
  .min(least, allowed)
  .max(most, allowed)
  .default(usualHeartbeatSeconds);

/** A hook's limit in seconds, which heartbeats cannot extend: 48 hours, or 100 heartbeat timeouts if that is less. */
export function hookLimitSeconds(heartbeatSeconds: number): number {
  return Math.min(48 * 3600, 100 * heartbeatSeconds);
}
