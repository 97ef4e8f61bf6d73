import * as z from '../../shared/schema';
import { parseVariable } from '../../shared/environment';
import { shortHash } from '../../shared/text';

/**
 * The heartbeat timeouts that a deployment gives to its hooks, in seconds. They are no settings of a group: only who
 * compares the hooks with what was deployed needs them.
 *
 * By the short hash of the group's name, and only those that differ from the usual: so 35 groups of the longest names fit
 * into the environment of a function, of which Lambda takes 4 KB.
 */
export const heartbeats = z.record(z.string(), z.number());
export type Heartbeats = Readonly<z.output<typeof heartbeats>>;

/** Of a group whose configuration does not say. */
export const usualHeartbeatSeconds = 3600;

/**
 * AWS accepts 30 to 7200 seconds. Muster's range begins at 120: an event may spend half of the timeout at EventBridge and
 * half at Lambda, each of which takes no less than 60 seconds, and heartbeats come once a minute.
 */
export const heartbeatSecondsRange = { least: 120, most: 7200 } as const;

/** What is deployed. */
export function heartbeatsOf(
  groups: readonly { readonly settings: { readonly group: string }; readonly heartbeatSeconds: number }[],
): Record<string, number> {
  const unusual = groups.filter(({ heartbeatSeconds }) => heartbeatSeconds !== usualHeartbeatSeconds);
  return Object.fromEntries(
    unusual.map(({ settings: { group }, heartbeatSeconds }) => [shortHash(group), heartbeatSeconds]),
  );
}

/** The heartbeat timeout of a group's hooks; `undefined` where it is not known what was deployed. */
export function heartbeatOf(deployed: Heartbeats | undefined, group: string): number | undefined {
  return deployed && (deployed[shortHash(group)] ?? usualHeartbeatSeconds);
}

/** @throws EnvironmentInvalid for a text that no deployment writes */
export function parseHeartbeats(text: string): Heartbeats {
  return parseVariable(heartbeats, text, 'HEARTBEATS');
}
