import { drainMs, demandsOf, tightest } from '../../bench/launches/bound';
import { firstSeenHealthy, timesOf, type LaunchRecord } from '../../bench/launches/record';
import { runWorld } from '../../bench/launches/world';
import { percentile } from '../../bench/statistics';
import { defaultHealthCheck } from '../../../infra/lab/region/elastic-load-balancing/health';

const second = 1000;

/** A launch with 100 s of floor: DNS 30, builds 40 and 20, health 10. */
function aRecord(changes: Partial<LaunchRecord> = {}): LaunchRecord {
  return {
    instanceId: 'i-1',
    launchedAt: 0,
    hookAt: 5 * second,
    dns: { submittedAt: 6 * second, insyncAt: 36 * second },
    builds: [
      { startedAt: 38 * second, endedAt: 78 * second },
      { startedAt: 80 * second, endedAt: 100 * second },
    ],
    targets: [{ registeredAt: 101 * second, healthyAt: 111 * second }],
    completedAt: 112 * second,
    inServiceAt: 114 * second,
    ...changes,
  };
}

describe('the times of a launch', () => {
  test('are its floor, what Auto Scaling takes, and the overhead between them', () => {
    expect(timesOf(aRecord())).toEqual({
      toService: 114 * second,
      autoScaling: 7 * second,
      floor: 100 * second,
      overhead: 7 * second,
    });
  });

  test('count the wait for health from the last build, if the target was registered before', () => {
    const early = aRecord({ targets: [{ registeredAt: 50 * second, healthyAt: 111 * second }] });
    expect(timesOf(early).floor).toBe((30 + 60 + 11) * second);
  });

  test('count the slowest of several target groups', () => {
    const two = aRecord({
      targets: [
        { registeredAt: 101 * second, healthyAt: 105 * second },
        { registeredAt: 101 * second, healthyAt: 121 * second },
      ],
    });
    expect(timesOf(two).floor).toBe(110 * second);
  });

  test('have no floor where there is nothing to wait for', () => {
    expect(timesOf(aRecord({ dns: undefined, builds: [], targets: [] }))).toMatchObject({
      floor: 0,
      overhead: 107 * second,
    });
  });
});

describe('the first moment at which a target could be seen healthy', () => {
  const check = { ...defaultHealthCheck, intervalSeconds: 10 };
  const healthyFrom = (from: number) => (at: number) => (at >= from ? { status: 200 } : ('refused' as const));

  test('is its first check, if the application is up by then', () => {
    const target = { registrationEndsAt: 2 * second, firstCheckAt: 7 * second };
    expect(firstSeenHealthy(target, check, healthyFrom(0))).toBe(7 * second);
  });

  test('is not before the registration has ended', () => {
    const target = { registrationEndsAt: 9 * second, firstCheckAt: 7 * second };
    expect(firstSeenHealthy(target, check, healthyFrom(0))).toBe(9 * second);
  });

  test('takes five passes after two failures: the target was unhealthy meanwhile', () => {
    const target = { registrationEndsAt: 0, firstCheckAt: 7 * second };
    expect(firstSeenHealthy(target, check, healthyFrom(20 * second))).toBe((27 + 40) * second);
  });

  test('never comes for an application that never starts', () => {
    const target = { registrationEndsAt: 0, firstCheckAt: 7 * second };
    expect(firstSeenHealthy(target, check, healthyFrom(Infinity))).toBeNaN();
  });
});

test('in a world of two launches every part of every launch is seen, and adds up', async () => {
  const { records, times, makespan, ...counts } = await runWorld({ launches: 2, seed: 1 });
  expect(counts).toEqual({ launches: 2, failedExecutions: 0, abandoned: 0, duplicates: 0 });
  expect(records).toHaveLength(2);
  for (const { dns, builds, targets } of records) {
    // The lab's Route 53 takes 20 to 40 s, its two builds 40 to 60 and 25 to 40, a check comes every 10 s.
    expect(dns!.insyncAt - dns!.submittedAt).toBeGreaterThanOrEqual(20 * second);
    const [provision, deploy] = builds.map(({ startedAt, endedAt }) => (endedAt - startedAt) / second);
    expect(provision).toBeGreaterThanOrEqual(40);
    expect(provision).toBeLessThan(61);
    expect(deploy).toBeGreaterThanOrEqual(25);
    expect(deploy).toBeLessThan(41);
    expect(targets[0]!.healthyAt - targets[0]!.registeredAt).toBeLessThanOrEqual(15 * second);
  }
  for (const { toService, autoScaling, floor, overhead } of times) {
    expect(autoScaling + floor + overhead).toBe(toService);
    expect(overhead).toBeGreaterThan(0);
    expect(overhead).toBeLessThan(30 * second);
    expect(floor).toBeGreaterThan(85 * second);
  }
  expect(makespan).toBeGreaterThanOrEqual(Math.max(...times.map(({ toService }) => toService)));
});

describe("what AWS's limits allow", () => {
  test('is nothing to wait for as long as the bucket lasts', () => {
    expect(drainMs({ calls: 100, rate: { capacity: 100, perSecond: 10 } })).toBe(0);
    expect(drainMs({ calls: 1000, rate: { capacity: 100, perSecond: 10 } })).toBe(90 * second);
  });

  test('is bound by tags, of a thousand launches: one call each, 100 at once and 10 a second', () => {
    const demand = tightest(demandsOf(1000));
    expect(demand.limit).toBe('EC2 CreateTags');
    expect(drainMs(demand)).toBe(90 * second);
  });
});

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  test.each([
    [0.5, 50],
    [0.985, 99],
    [1, 100],
    [0, 1],
  ])('of %p is the value that so many do not exceed', (share, value) => {
    expect(percentile(hundred, share)).toBe(value);
  });

  test('of one value is that value, of none is none', () => {
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });
});
