/** What ELB says of one target. */
export interface TargetHealth {
  readonly targetGroup: string;
  readonly state: string;
  readonly reason?: string;
  readonly description?: string;
}

export type HealthDecision =
  | { readonly action: 'healthy'; readonly reason: string }
  | { readonly action: 'wait'; readonly as: 'TargetPending' | 'TargetPendingLong'; readonly reason: string }
  /** It can never become healthy as things stand. */
  | { readonly action: 'unusable'; readonly reason: string }
  /** It could have become healthy, but did not within the time allowed. */
  | { readonly action: 'unhealthy'; readonly reason: string };

/**
 * What the health of an instance's targets means. One that can never pass fails the launch at once, with ELB's own
 * reason: waiting for the time to run out would only hide it.
 *
 * Source of the states and reasons: elbv2 API, TargetHealth.
 */
export function decideHealth(targets: readonly TargetHealth[], elapsedMs: number, allowedMs: number): HealthDecision {
  const hopeless = targets.filter((target) => isHopeless(target, elapsedMs));
  if (hopeless.length > 0) return { action: 'unusable', reason: describe(hopeless) };
  const open = targets.filter((target) => target.state !== 'healthy');
  if (open.length === 0) return { action: 'healthy', reason: describe(targets) };
  if (elapsedMs >= allowedMs) {
    return { action: 'unhealthy', reason: `not healthy after ${Math.round(elapsedMs / 1000)} s: ${describe(open)}` };
  }
  return { action: 'wait', as: waitingFor(elapsedMs), reason: describe(open) };
}

// Each look is three events of a history that holds 25,000: a target that takes long is looked at more rarely.
const soonMs = 10 * 60_000;

/** Under which name a step waits for a target that it has waited for so long. */
export function waitingFor(elapsedMs: number): 'TargetPending' | 'TargetPendingLong' {
  return elapsedMs < soonMs ? 'TargetPending' : 'TargetPendingLong';
}

// A registration shows up a moment after it was made.
const registrationShowsAfterMs = 60_000;

/**
 * `unused`: no listener rule leads to the target group, its zone is not enabled, the instance is stopped, or somebody
 * took the registration back. `draining`: somebody is taking it back. A health check that is off stays off.
 */
function isHopeless({ state, reason }: TargetHealth, elapsedMs: number): boolean {
  if (reason === 'Target.NotRegistered') return elapsedMs >= registrationShowsAfterMs;
  return state === 'unused' || state === 'draining' || reason === 'Target.HealthCheckDisabled';
}

function describe(targets: readonly TargetHealth[]): string {
  return targets
    .map(({ targetGroup, state, reason, description }) => {
      const why = [reason, description].filter((part) => part !== undefined).join(': ');
      return `${targetGroupName(targetGroup)} ${state}${why === '' ? '' : ` (${why})`}`;
    })
    .join('; ');
}

/** `arn:…:targetgroup/web/0123` → `web`. */
export function targetGroupName(arn: string): string {
  return arn.split('/')[1] ?? arn;
}
