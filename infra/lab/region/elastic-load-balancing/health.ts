/** How a target group checks its targets. Defaults of an Application Load Balancer for instances. */
export interface HealthCheck {
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** HTTP codes that pass: `200`, `200,202` or `200-299`. */
  readonly matcher: string;
}

export const defaultHealthCheck: HealthCheck = {
  path: '/',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: '200',
};

/** What a check met. */
export type Probe = 'refused' | 'timeout' | { readonly status: number };

/** How far the checks of one target have come. */
export interface Progress {
  readonly state: 'initial' | 'healthy' | 'unhealthy';
  readonly nextCheckAt: number;
  /** Passes, or failures, in a row. */
  readonly passes: number;
  readonly failures: number;
  readonly lastFailure?: Probe;
}

export function begin(firstCheckAt: number): Progress {
  return { state: 'initial', nextCheckAt: firstCheckAt, passes: 0, failures: 0 };
}

/** Makes up for all checks that were due until now. No timer: a world of idle targets stays idle. */
export function advance(progress: Progress, until: number, check: HealthCheck, probe: (at: number) => Probe): Progress {
  let current = progress;
  while (current.nextCheckAt <= until) current = next(current, check, probe(current.nextCheckAt));
  return current;
}

function next(progress: Progress, check: HealthCheck, probe: Probe): Progress {
  const nextCheckAt = progress.nextCheckAt + check.intervalSeconds * 1000;
  if (typeof probe === 'object' && isMatched(check.matcher, probe.status)) {
    const passes = progress.passes + 1;
    return { state: afterPass(progress.state, passes, check), nextCheckAt, passes, failures: 0 };
  }
  const failures = progress.failures + 1;
  const state = failures >= check.unhealthyThreshold ? 'unhealthy' : progress.state;
  return { state, nextCheckAt, passes: 0, failures, lastFailure: probe };
}

/** The first pass after the registration is enough; the threshold governs the way back from `unhealthy`. */
function afterPass(state: Progress['state'], passes: number, check: HealthCheck): Progress['state'] {
  return state === 'unhealthy' && passes < check.healthyThreshold ? 'unhealthy' : 'healthy';
}

function isMatched(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from, to = from] = part.trim().split('-').map(Number);
    return from !== undefined && to !== undefined && status >= from && status <= to;
  });
}
