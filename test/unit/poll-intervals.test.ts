import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decideProgress } from '../../functions/fleet/domain/build-polling';
import { root } from '../house/measure';
import { someSettings } from '../support/launches';

// The intervals of polls are in the state machine, the thresholds between them in the domain: each is chosen for the other.

interface State {
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly IntervalSeconds: number }[];
}

const { States } = JSON.parse(readFileSync(join(root, 'statemachines/fleet/scale-out.asl.json'), 'utf8')) as {
  States: Record<string, State>;
};

/** The longest wait after an error, in milliseconds; the same in each state that waits for it. */
function waitAfter(error: string): number {
  const all = Object.values(States).flatMap(({ Retry = [] }) =>
    Retry.filter(({ ErrorEquals }) => ErrorEquals.includes(error)).map(({ IntervalSeconds }) => IntervalSeconds),
  );
  const [one = NaN, ...others] = [...new Set(all)];
  expect(others).toEqual([]);
  return one * 1000;
}

const job = someSettings({
  jenkins: { url: 'https://jenkins.example.com', credentialsSecret: 'jenkins' },
  deploy: { job: 'shop/deploy-web' },
}).deploy!;

/** What a step waits for, of a build of which so much is left (negative: it takes longer than estimated). */
function waitsFor(leftMs: number, estimatedMs: number): string {
  const running = { state: 'running', number: 1, url: 'https://jenkins.example.com/job/1/' } as const;
  const decision = decideProgress({ ...running, elapsedMs: estimatedMs - leftMs, estimatedMs }, job, 0);
  return decision.action === 'wait' ? decision.as : decision.action;
}

/** The most that is left, to the millisecond, where a build is polled as `error` says. */
function mostLeft(error: string, estimatedMs: number): number {
  let left = estimatedMs;
  while (left > -600_000 && waitsFor(left, estimatedMs) !== error) left -= 500;
  return left;
}

const [far, soon, near] = ['BuildRunningFar', 'BuildRunningSoon', 'BuildRunningNear'].map(waitAfter) as [
  number,
  number,
  number,
];

describe.each([60_000, 300_000, 1_800_000])('a build of %i ms', (estimatedMs) => {
  const [soonFrom, nearFrom] = [mostLeft('BuildRunningSoon', estimatedMs), mostLeft('BuildRunningNear', estimatedMs)];

  test('is Soon for almost a whole wait of Far, so that no wait of Far sleeps through it into its end', () => {
    expect(soonFrom - nearFrom).toBeGreaterThanOrEqual(0.9 * far);
    expect(soonFrom - nearFrom).toBeLessThanOrEqual(far);
  });

  test('is Near for longer than a wait of Soon, and polled there several times', () => {
    expect(nearFrom).toBeGreaterThan(soon);
    expect(nearFrom).toBeGreaterThan(4 * near);
  });
});

/** The numbers of seconds that stand in a sentence. */
const secondsIn = (file: string, sentence: RegExp) =>
  (sentence.exec(readFileSync(join(root, file), 'utf8').replaceAll(/\s*\n(?:\/\/)?\s*/g, ' '))?.slice(1) ?? []).map(
    Number,
  );

test.each([
  [
    'functions/fleet/domain/build-polling.ts',
    /Far polls come within (\d+) s, Soon within (\d+) s, Near within (\d+) s/,
    ['BuildRunningFar', 'BuildRunningSoon', 'BuildRunningNear'],
  ],
  [
    'ARCHITECTURE.md',
    /Route 53 is polled within (\d+) s, then within (\d+) s each time/,
    ['DnsSubmitted', 'DnsPending'],
  ],
  [
    'ARCHITECTURE.md',
    /health within (\d+) s, and within (\d+) s after ten minutes/,
    ['TargetPending', 'TargetPendingLong'],
  ],
  [
    'ARCHITECTURE.md',
    /a build within (\d+) s, then (\d+) s, and (\d+) s in the last third/,
    ['BuildRunningFar', 'BuildRunningSoon', 'BuildRunningNear'],
  ],
])('%s has the intervals of the state machine: %s', (file, sentence, errors) => {
  expect(secondsIn(file, sentence).map((one) => one * 1000)).toEqual(errors.map(waitAfter));
});
