import { simulate } from '../../support/probes/policy';

// Days and seeds of a test's length. Thirty days and the rules of others are run by hand: `npm run bench policy`.
const days = 2;

test.each([
  ['3 regions, 1 % false', { regions: 3, falseShare: 0.01, correlated: 0 }],
  ['5 regions, 3 % false', { regions: 5, falseShare: 0.03, correlated: 0 }],
  ['5 regions, half of them cut at once now and then', { regions: 5, falseShare: 0.01, correlated: 0.002 }],
  ['3 regions every 10 s', { regions: 3, falseShare: 0.01, correlated: 0.002, interval: 10, days: 0.5 }],
])('%s: no false alarm, and the outage is found within two minutes', (_, options) => {
  for (let seed = 1; seed <= 2; seed += 1) {
    const { ours } = simulate({ days, ...options, seed });
    expect(ours).toMatchObject({ falseAlarms: 0 });
    expect(ours.detectedAfter).toBeLessThanOrEqual(120);
  }
});

test('the same failures make other rules cry, so that the simulation can tell them apart', () => {
  const { any, halfOfLatest } = simulate({ regions: 2, falseShare: 0.01, correlated: 0, days, seed: 1 });
  expect(any.falseAlarms).toBeGreaterThan(20);
  expect(halfOfLatest.falseAlarms).toBeGreaterThan(20);
});
