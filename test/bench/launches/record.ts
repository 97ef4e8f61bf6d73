import { advance, begin, type HealthCheck, type Probe } from '../../../infra/lab/region/elastic-load-balancing/health';

/** What happened to one launch, as its world saw it. All times in milliseconds since the epoch. */
export interface LaunchRecord {
  readonly instanceId: string;
  /** Auto Scaling launched the instance. */
  readonly launchedAt: number;
  /** The hook held it (`Pending:Wait`), and the event about it was published. */
  readonly hookAt: number;
  /** Auto Scaling took the answer of the hook. */
  readonly completedAt: number;
  readonly inServiceAt: number;
  /** The DNS change that has its address. */
  readonly dns: { readonly submittedAt: number; readonly insyncAt: number } | undefined;
  /** Those that succeeded, one after the other. */
  readonly builds: readonly { readonly startedAt: number; readonly endedAt: number }[];
  /** One for each target group. */
  readonly targets: readonly TargetRecord[];
}

/** When an instance was registered as a target, and when it could first be seen healthy there. */
export interface TargetRecord {
  readonly registeredAt: number;
  readonly healthyAt: number;
}

/** Parts of a launch in milliseconds. */
export interface LaunchTimes {
  /** From the launch to in service. */
  readonly toService: number;
  /** Auto Scaling's own: from the launch to `Pending:Wait`, and from the completed action to in service. */
  readonly autoScaling: number;
  /** What the world takes with any orchestration: DNS, builds, health. */
  readonly floor: number;
  /** What is left: events, polls that come late, queues for the APIs, functions. */
  readonly overhead: number;
}

/**
 * Orchestration overhead of one launch: what it took from the event of the hook to its completed lifecycle action,
 * less the floor of this very launch in this very world, part by part as it went:
 *
 * - DNS: from the change that was accepted to INSYNC;
 * - builds: from the start to the end of each, as Jenkins has them (its queue is not in it);
 * - health: from the registration, or the end of the last build if that came later, to the first moment at which
 *   a call at this moment would have shown the target healthy.
 *
 * The parts are added up, as in a launch that does one after the other. What Auto Scaling takes before and after the
 * hook is no overhead, and in neither of the two.
 */
export function timesOf(record: LaunchRecord): LaunchTimes {
  const { launchedAt, hookAt, completedAt, inServiceAt, dns, builds, targets } = record;
  const dnsMs = dns === undefined ? 0 : dns.insyncAt - dns.submittedAt;
  const buildsMs = builds.reduce((sum, { startedAt, endedAt }) => sum + endedAt - startedAt, 0);
  const built = Math.max(...builds.map(({ endedAt }) => endedAt), 0);
  const healthMs = Math.max(...targets.map((target) => target.healthyAt - Math.max(target.registeredAt, built)), 0);
  const floor = dnsMs + buildsMs + healthMs;
  return {
    toService: inServiceAt - launchedAt,
    autoScaling: hookAt - launchedAt + (inServiceAt - completedAt),
    floor,
    overhead: completedAt - hookAt - floor,
  };
}

/** When a target could first be seen healthy: its registration is over and a check of it has passed. */
export function firstSeenHealthy(
  target: { readonly registrationEndsAt: number; readonly firstCheckAt: number },
  check: HealthCheck,
  probe: (at: number) => Probe,
): number {
  let progress = begin(target.firstCheckAt);
  let checkedAt = progress.nextCheckAt;
  while (progress.state !== 'healthy') {
    checkedAt = progress.nextCheckAt;
    if (checkedAt > target.firstCheckAt + dayMs) return NaN;
    progress = advance(progress, checkedAt, check, probe);
  }
  return Math.max(checkedAt, target.registrationEndsAt);
}

const dayMs = 86_400_000;
