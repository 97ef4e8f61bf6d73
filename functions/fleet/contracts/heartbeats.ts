import * as z from '../../shared/schema';
import { parseVariable } from '../../shared/environment';
import { shortHash } from '../../shared/names-and-urls';

/**
 * The heartbeat timeouts, in seconds, with which a deployment creates its hooks. They are not settings of a group,
 * because only the check of the hooks needs them.
 *
 * The key is a short hash of the group's name, and only values that differ from the default are listed. So 35 groups
 * with the longest names fit into a function's environment, which Lambda limits to 4 KB.
 */
export const heartbeats = z.record(z.string(), z.number());
export type Heartbeats = Readonly<z.output<typeof heartbeats>>;

/** The default, for a group whose configuration has no value. */
export const usualHeartbeatSeconds = 3600;

/**
 * AWS accepts 30 to 7200 seconds. Muster's range begins at 120: an event may spend half of the timeout at EventBridge and
 * half at Lambda, each of which takes no less than 60 seconds, and heartbeats come once a minute.
 */
export const heartbeatSecondsRange = { least: 120, most: 7200 } as const;

/** The deployed values. */
export function heartbeatsOf(
  groups: readonly { readonly settings: { readonly group: string }; readonly heartbeatSeconds: number }[],
): Record<string, number> {
  const unusual = groups.filter(({ heartbeatSeconds }) => heartbeatSeconds !== usualHeartbeatSeconds);
  return Object.fromEntries(
    unusual.map(({ settings: { group }, heartbeatSeconds }) => [shortHash(group), heartbeatSeconds]),
  );
}

/** The heartbeat timeout of a group's hooks; `undefined` if the deployed value is not known. */
export function heartbeatOf(deployed: Heartbeats | undefined, group: string): number | undefined {
  return deployed && (deployed[shortHash(group)] ?? usualHeartbeatSeconds);
}

/** @throws EnvironmentInvalid for a text that no deployment writes */
export function parseHeartbeats(text: string): Heartbeats {
  return parseVariable(heartbeats, text, 'HEARTBEATS');
}
