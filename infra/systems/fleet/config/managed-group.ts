import * as z from 'zod';
import {
  checkGroupSettings,
  jobNames,
  type GroupSettings,
  type GroupSettingsInput,
} from '../../../../functions/fleet/contracts/settings';
import { usualHeartbeatSeconds } from '../../../../functions/fleet/contracts/heartbeats';
import { mistake, mistakesIn, type Mistake } from '../../../../functions/shared/schema';
import { heartbeatTimeout, hookLimitSeconds } from './heartbeat-timeout';
import { beyondHistory } from './history-limit';

const ownShape = z.object({ heartbeatSeconds: heartbeatTimeout });

/** What is configured of a group: the settings that its steps read, and what only the deployment needs. */
export type ManagedGroupInput = GroupSettingsInput & {
  /**
   * The launch hook's heartbeat timeout in seconds: how long an instance waits before its group abandons it if Muster no
   * longer runs. While Muster runs it sends heartbeats. 120 to 7200, default 3600.
   */
  readonly heartbeatSeconds?: number;
};

export interface ManagedGroup {
  readonly settings: GroupSettings;
  readonly heartbeatSeconds: number;
}

/** A group, or the mistakes in it. */
export type GroupResult = { readonly group: ManagedGroup } | { readonly mistakes: readonly Mistake[] };

/** Checks what is configured of one group, which stands at `path` of the configuration. */
export function readManagedGroup(input: unknown, path: string): GroupResult {
  const { own, settings } = split(input);
  const ownResult = ownShape.safeParse(own);
  const result = checkGroupSettings(settings);
  const mistakes = [
    ...('mistakes' in result ? result.mistakes : []),
    ...(ownResult.success ? [] : mistakesIn(ownResult.error, own)),
    ...beyondTheHook(own, settings, ownResult.success && 'settings' in result ? launchMinutes(result.settings) : 0),
  ];
  const tooMany = 'settings' in result ? beyondHistory(result.settings) : undefined;
  if (tooMany !== undefined) mistakes.push(mistake([], settings, tooMany));
  if (ownResult.success && 'settings' in result && mistakes.length === 0) {
    return { group: { settings: result.settings, ...ownResult.data } };
  }
  return { mistakes: mistakes.map((one) => ({ ...one, path: one.path === '' ? path : `${path}.${one.path}` })) };
}

function split(input: unknown): { own: Record<string, unknown>; settings: unknown } {
  const given = z.record(z.string(), z.unknown()).safeParse(input);
  if (!given.success) return { own: {}, settings: input };
  const { heartbeatSeconds, ...settings } = given.data;
  return { own: { heartbeatSeconds }, settings };
}

/** How long a launch may wait at most before it fails, and is held: in queues, for builds, and for its health. */
function launchMinutes({ targetGroups, healthTimeoutMinutes, ...settings }: GroupSettings): number {
  const jobs = jobNames.map((name) => settings[name]).filter((job) => job !== undefined);
  const minutes = jobs.reduce((sum, job) => sum + job.queueTimeoutMinutes + job.timeoutMinutes, 0);
  return minutes + (targetGroups.length > 0 ? healthTimeoutMinutes : 0);
}

/** A hold that the hook cuts short would promise the operator time that there is not. */
function beyondTheHook(own: Record<string, unknown>, settings: unknown, before: number): Mistake[] {
  const heartbeat = z.number().positive().catch(usualHeartbeatSeconds).parse(own.heartbeatSeconds);
  const limit = Math.floor(hookLimitSeconds(heartbeat) / 60);
  const shape = z.object({ holdMinutes: z.number().max(2880).default(60) });
  const { holdMinutes } = shape.catch({ holdMinutes: 0 }).parse(settings);
  if (before + holdMinutes <= limit) return [];
  const why = `the hook's limit is the lesser of 48 hours and 100 times its heartbeat timeout of ${heartbeat} s`;
  if (before === 0) return [mistake(['holdMinutes'], { holdMinutes }, `at most ${limit} minutes: ${why}`)];
  const spent = `, and jobs and health may take ${before} minutes of it before the hold`;
  const allowed =
    before > limit
      ? `time-outs of jobs and health of at most ${limit} minutes altogether: ${why}; these are ${before}`
      : `at most ${limit - before} minutes: ${why}${spent}`;
  return [mistake(before > limit ? [] : ['holdMinutes'], before > limit ? settings : { holdMinutes }, allowed)];
}
