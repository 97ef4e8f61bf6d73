import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// How long each state waits for what: the state machines are held against the table that operators read.

const folder = join(__dirname, '../../statemachines/fleet');

interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds: number;
  MaxAttempts: number;
  BackoffRate: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: 'FULL' | 'NONE';
}

const retriers = ['scale-out', 'release'].flatMap((machine) => {
  const { States } = JSON.parse(readFileSync(join(folder, `${machine}.asl.json`), 'utf8')) as {
    States: Record<string, { Retry?: Retrier[] }>;
  };
  return Object.entries(States).flatMap(([state, { Retry = [] }]) => Retry.map((retrier) => ({ state, retrier })));
});

/** The waits of a retrier one after the other, in seconds, with full jitter half of each on average. */
function waits({ IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds, JitterStrategy }: Retrier): number {
  const share = JitterStrategy === 'FULL' ? 0.5 : 1;
  return Array.from({ length: MaxAttempts }, (_, attempt) =>
    Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds ?? Infinity),
  ).reduce((sum, seconds) => sum + share * seconds, 0);
}

const seconds = { s: 1, min: 60, h: 3600 };
const rows = readFileSync(join(folder, '../README.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| `[A-Z]\w+`.*\|.*\|.*\|.*\|$/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, , every = '']) => /\d+ s/.test(every))
  .map(([, errors = '', , upTo = '', where = '']) => {
    const [, number, unit] = /^~?([\d.]+) (s|min|h)$/.exec(upTo) ?? [];
    return {
      errors: [...errors.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
      budget: number === undefined ? undefined : Number(number) * seconds[unit as keyof typeof seconds],
      where,
    };
  });

test('the table is read', () => {
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.map(({ errors }) => errors).flat()).toEqual(expect.arrayContaining(['ReleaseAwaited', 'TargetDraining']));
});

describe.each(rows.flatMap(({ errors, ...row }) => errors.map((error) => ({ error, ...row }))))(
  '$error',
  ({ error, budget, where }) => {
    const those = retriers.filter(({ retrier }) => retrier.ErrorEquals.includes(error));
    const all = [...new Set(retriers.map(({ state }) => state))];

    test('is waited for in the states that the table names', () => {
      const named = where === 'everywhere' ? all : all.filter((state) => where.includes(state));
      const table = (states: readonly string[]) =>
        `statemachines/README.md, "Not yet", row ${error}, column "Where": ${[...states].sort().join(', ')}`;
      expect(table(named)).toBe(table(those.map(({ state }) => state)));
    });

    test('is waited for as long as the table says', () => {
      for (const { retrier } of those) {
        // Of what the settings limit, the last part of a build, by its estimate, is the shortest: 40 minutes at least.
        // Health is asked for often in its first ten minutes only.
        const limited = error === 'TargetPending' ? 600 : 2400;
        expect(waits(retrier)).toBeGreaterThanOrEqual(budget === undefined ? limited : 0.8 * budget);
      }
    });
  },
);

test.each(['Sandbox.Timedout', 'States.Timeout', 'Lambda.ServiceException', 'Lambda.TooManyRequestsException'])(
  '%s is tried again in every state',
  (error) => {
    for (const state of new Set(retriers.map((one) => one.state))) {
      const [its] = retriers.filter((one) => one.state === state && one.retrier.ErrorEquals.includes(error));
      expect(its?.retrier.MaxAttempts).toBeGreaterThanOrEqual(3);
    }
  },
);

test('every wait is drawn again: what began at the same moment asks at different ones', () => {
  const fixed = retriers.filter(({ retrier }) => retrier.JitterStrategy !== 'FULL');
  expect(fixed.map(({ state, retrier }) => `${state}: ${retrier.ErrorEquals[0]}`)).toEqual([]);
});
