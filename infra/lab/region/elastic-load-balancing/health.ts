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
  if (progress.nextCheckAt > until) return progress;
  const interval = check.intervalSeconds * 1000;
  const passed = passes(check.matcher);
  // Weeks of checks may be due at once, so each of them changes these alone.
  let { state, nextCheckAt, passes: inRow, failures, lastFailure } = progress;
  for (; nextCheckAt <= until; nextCheckAt += interval) {
    const met = probe(nextCheckAt);
    if (passed(met)) {
      [inRow, failures, lastFailure] = [inRow + 1, 0, undefined];
      state = afterPass(state, inRow, check);
    } else {
      [inRow, failures, lastFailure] = [0, failures + 1, met];
      if (failures >= check.unhealthyThreshold) state = 'unhealthy';
    }
  }
  return { state, nextCheckAt, passes: inRow, failures, ...(lastFailure !== undefined && { lastFailure }) };
}

/** The first pass after the registration is enough; the threshold governs the way back from `unhealthy`. */
function afterPass(state: Progress['state'], passes: number, check: HealthCheck): Progress['state'] {
  return state === 'unhealthy' && passes < check.healthyThreshold ? 'unhealthy' : 'healthy';
}

/** @param matcher `200`, `200,202` or `200-299` */
function passes(matcher: string): (probe: Probe) => boolean {
  const ranges = matcher.split(',').map((part) => {
    const [from = Number.NaN, to = from] = part.trim().split('-').map(Number);
    return { from, to };
  });
  return (probe) =>
    typeof probe === 'object' && ranges.some(({ from, to }) => probe.status >= from && probe.status <= to);
}
