import { drawPlan } from './plan';
import { regressions } from './regressions';
import { reduce, runFiltered } from './shrink';
import { simulate, type Outcome } from './simulate';
import { commandFor, filterPlan } from './plan-filter';
import { checkers } from './checkers';
import { stopFollowing } from './invocation';

// Every promise of the test files after this one, in the same process, would be followed too.
afterAll(stopFollowing);

/** What a failing test shows: what is wrong, and how to run it again. */
function told({ seed, violation }: Outcome): string {
  return violation === undefined
    ? 'well'
    : `${violation.checker}: ${violation.what}\nTo see how: npm run simulate -- --from ${seed} --seeds 1`;
}

// `npm test` runs some hundred more, in processes of their own.
test('some seeds: nothing is violated, and everything settles once the faults have ended', async () => {
  for (let seed = 1; seed <= 20; seed += 1) expect(told(await simulate(drawPlan(seed)))).toBe('well');
}, 300_000);

test.each(regressions)(
  '$name (seed $seed)',
  async ({ seed, filter = {} }) => {
    expect(told(await runFiltered(seed, filter))).toBe('well');
  },
  60_000,
);

test('the same seed gives the same history, byte for byte', async () => {
  const [first, second] = [await simulate(drawPlan(11)), await simulate(drawPlan(11))];
  expect(first.observations).toBeGreaterThan(500);
  expect(second).toEqual(first);
}, 60_000);

test('another seed gives another', async () => {
  expect((await simulate(drawPlan(11))).digest).not.toBe((await simulate(drawPlan(12))).digest);
}, 60_000);

describe('a filtered world', () => {
  // Seed 11 has faults of many kinds; what is left out must not change how the rest is drawn.
  const plan = drawPlan(11);

  test('has only what is named', async () => {
    const filtered = filterPlan(plan, { actions: [0, 2], groups: [], without: ['lost'] });
    expect(filtered.actions).toEqual([plan.actions[0], plan.actions[2]]);
    expect(filtered.groups).toEqual([]);
    expect(filtered.rates).not.toHaveProperty('lost');
    expect(await runFiltered(11, { faults: [] })).toMatchObject({ faults: [] });
  });

  test('is run again by a command that says so', () => {
    expect(commandFor(7, { actions: [], groups: ['web'], without: ['lost'], faults: ['0a', '0b'] })).toBe(
      'npm run simulate -- --seed 7 --actions none --groups web --without lost --faults 0a,0b',
    );
    expect(commandFor(7, {})).toBe('npm run simulate -- --seed 7');
  });
});

describe('reducing', () => {
  test.each([
    [[3], [3]],
    [
      [2, 7],
      [2, 7],
    ],
    [[], []],
  ])('keeps just what a failure needs: %p', async (needed, kept) => {
    const items = Array.from({ length: 12 }, (_, at) => at);
    const fails = async (some: readonly number[]) => needed.every((item) => some.includes(item));
    expect(await reduce(items, fails)).toEqual(kept);
  });
});

test('each checker has its own name, and says what holds', () => {
  expect(new Set(checkers.map(({ name }) => name)).size).toBe(checkers.length);
  for (const { holds } of checkers) expect(holds.length).toBeGreaterThan(20);
});
