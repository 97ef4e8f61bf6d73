import { heartbeatSecondsRange, usualHeartbeatSeconds } from '../../contracts/heartbeats';
import type { GroupSettings } from '../../contracts/settings';

/** A lifecycle hook as Auto Scaling shows it. */
export interface Hook {
  readonly name: string;
  /** `autoscaling:EC2_INSTANCE_LAUNCHING` or `autoscaling:EC2_INSTANCE_TERMINATING`. */
  readonly transition: string;
  /** What happens to an instance at the time-out. */
  readonly defaultResult: string;
  /** The heartbeat timeout, in seconds. */
  readonly heartbeatSeconds: number;
  /** The global limit, in seconds, which heartbeats cannot extend; 0: Auto Scaling does not report it. */
  readonly globalSeconds: number;
}

/** What is wrong with one of a group's two hooks. */
export interface HookFault {
  readonly kind: 'missing' | 'drifted';
  readonly hook: string;
  readonly reason: string;
  /** As it should be. */
  readonly expected: Pick<Hook, 'transition' | 'defaultResult' | 'heartbeatSeconds'>;
}

interface ExpectedHook {
  readonly name: string;
  readonly transition: string;
  readonly defaultResult: 'ABANDON' | 'CONTINUE';
  /** What it means if the hook is missing. */
  readonly without: string;
}

const leastHeartbeatSeconds = heartbeatSecondsRange.least;

/**
 * What is wrong with the hooks of a group. A group that was replaced has no hooks, and Auto Scaling then puts its
 * instances into service without an event for Muster; a hook that was changed by hand can be for another transition, or
 * end with another result or after another time than deployed.
 *
 * @param hooks all hooks of the group.
 * @param deployedSeconds the heartbeat timeout with which they were deployed, if it is known.
 */
export function hookFaults(
  hooks: readonly Hook[],
  { launchHook, terminateHook }: Pick<GroupSettings, 'launchHook' | 'terminateHook'>,
  deployedSeconds?: number,
): HookFault[] {
  const both: ExpectedHook[] = [
    {
      name: launchHook,
      transition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      defaultResult: 'ABANDON',
      without: 'launches go into service without Muster',
    },
    {
      name: terminateHook,
      transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      defaultResult: 'CONTINUE',
      without: 'names and targets of what leaves are taken back too late',
    },
  ];
  return both.flatMap((expected) => faultOf(hooks, expected, deployedSeconds));
}

function faultOf(hooks: readonly Hook[], expected: ExpectedHook, deployedSeconds: number | undefined): HookFault[] {
  const { name, transition, defaultResult, without } = expected;
  const hook = hooks.find((one) => one.name === name);
  const heartbeatSeconds =
    deployedSeconds ?? Math.max(hook?.heartbeatSeconds ?? usualHeartbeatSeconds, leastHeartbeatSeconds);
  const about = { hook: name, expected: { transition, defaultResult, heartbeatSeconds } };
  if (hook === undefined) return [{ ...about, kind: 'missing', reason: `no hook ${name}: ${without}` }];
  const drift = [
    ...(hook.transition === transition ? [] : [`it is for ${hook.transition}, and should be for ${transition}`]),
    ...(hook.defaultResult === defaultResult
      ? []
      : [`its default result is ${hook.defaultResult}, and should be ${defaultResult}`]),
    ...timeoutDrift(hook, deployedSeconds),
  ];
  return drift.length === 0 ? [] : [{ ...about, kind: 'drifted', reason: `hook ${name}: ${drift.join('; ')}` }];
}

function timeoutDrift({ heartbeatSeconds: is }: Hook, deployedSeconds: number | undefined): string[] {
  if (deployedSeconds !== undefined && is !== deployedSeconds)
    return [`its heartbeat timeout is ${is} s, and was deployed as ${deployedSeconds} s`];
  return is >= leastHeartbeatSeconds
    ? []
    : [`its heartbeat timeout is ${is} s, and should be ${leastHeartbeatSeconds} s or more`];
}
