import { unitsOf, type LedgerCall } from '../../bench/cost/ledger-units';
import { shareOf, transitionsOf } from '../../bench/cost/meter';
import { costOf, noUsage } from '../../bench/cost/prices';
import { isMet, missedOf, verdictOf } from '../../bench/measured';
import { countOf } from './usage';

describe('the cost of a usage', () => {
  test('adds up by the price list', () => {
    const cost = costOf({
      transitions: 1_000,
      invocations: 1_000_000,
      gbSeconds: 100_000,
      readUnits: 1_000_000,
      writeUnits: 1_000_000,
      functionLogBytes: 2 ** 29,
      historyLogBytes: 2 ** 29,
    });
    expect(cost.stepFunctions).toBeCloseTo(0.025, 10);
    expect(cost.lambda).toBeCloseTo(0.2 + 1.33334, 10);
    expect(cost.dynamoDb).toBeCloseTo(0.125 + 0.625, 10);
    expect(cost.logs).toBeCloseTo(0.5, 10);
    expect(cost.total).toBeCloseTo(0.025 + 1.53334 + 0.75 + 0.5, 10);
  });

  test('is nothing for nothing, and of each of two launches the half', () => {
    expect(costOf(noUsage).total).toBe(0);
    expect(shareOf({ ...noUsage, transitions: 3, historyLogBytes: 10 }, 2)).toEqual({
      ...noUsage,
      transitions: 1.5,
      historyLogBytes: 5,
    });
  });
});

describe('transitions', () => {
  const count = (types: string[]) => types.reduce((sum, type) => sum + transitionsOf({ type: type as never }), 0);
  const tried = ['TaskScheduled', 'TaskStarted', 'TaskFailed'];

  test('are each state entered, and each retry', () => {
    const choice = ['ChoiceStateEntered', 'ChoiceStateExited'];
    const task = ['TaskStateEntered', ...tried, ...tried, 'TaskScheduled', 'TaskSucceeded', 'TaskStateExited'];
    expect(count(['ExecutionStarted', ...choice, ...task, 'ExecutionSucceeded'])).toBe(1 + 3);
  });

  test('are one after a redrive, which enters no state', () => {
    expect(count(['ExecutionRedriven', 'TaskScheduled', 'TaskSucceeded', 'TaskStateExited'])).toBe(1);
  });
});

describe('request units of the ledger', () => {
  const aMember = { group: 'web', instanceId: 'i-1', index: 1, name: 'web-01', filler: 'x'.repeat(1500) };
  const units = (call: Partial<LedgerCall>) =>
    unitsOf({ operation: 'member', input: 'web', answer: undefined, member: () => Promise.resolve(aMember), ...call });

  test('a strongly consistent read is one for 4 KB, and one for what is not there', async () => {
    expect(await units({ answer: aMember })).toEqual({ reads: 1, writes: 0 });
    expect(await units({})).toEqual({ reads: 1, writes: 0 });
    expect(await units({ operation: 'members', answer: Array(6).fill(aMember) })).toEqual({ reads: 3, writes: 0 });
  });

  test('a write is one for each KB of the whole item, two in a transaction', async () => {
    expect(await units({ operation: 'update', input: aMember })).toEqual({ reads: 0, writes: 2 });
    expect(await units({ operation: 'saveBuild', input: aMember })).toEqual({ reads: 0, writes: 4 });
    expect(await units({ operation: 'removeHold' })).toEqual({ reads: 0, writes: 2 });
  });

  test('a claim is a transaction of four small items', async () => {
    const claim = { ...aMember, filler: undefined, execution: 'arn', at: '2026-01-01T00:00:00.000Z' };
    expect(await units({ operation: 'claim', input: claim })).toEqual({ reads: 0, writes: 8 });
  });

  test('what has no tariff is not free', async () => {
    await expect(units({ operation: 'toString' })).rejects.toThrow(/no tariff for ledger.toString/);
  });
});

test('a launch in the lab uses up some of everything, and little of it', async () => {
  const { usage } = await countOf({});
  // Nine steps at least, and the trigger; each invocation 0.1 s of 0.5 GB.
  expect(usage.transitions).toBeGreaterThanOrEqual(9);
  expect(usage.invocations).toBeGreaterThan(usage.transitions);
  expect(usage.gbSeconds).toBeCloseTo(usage.invocations * 0.05, 8);
  // A claim is 8 write units; the history alone names each state with its input and output.
  expect(usage.writeUnits).toBeGreaterThanOrEqual(8);
  expect(usage.readUnits).toBeGreaterThan(0);
  expect(usage.functionLogBytes).toBeGreaterThan(usage.invocations * 400);
  expect(usage.historyLogBytes).toBeGreaterThan(9 * 5 * 300);
  expect(costOf(usage).total).toBeLessThan(0.003);
});

describe('a figure against its target', () => {
  const check = { of: 'one launch', what: 'overhead', measured: 12.34, atMost: 10, unit: 's' };

  test('says in a line what was missed, and by how much', () => {
    expect(missedOf([check, { ...check, measured: 10 }])).toEqual(['one launch: overhead 12.3 s, at most 10 s']);
    expect(verdictOf([check])).toEqual({ target: 'overhead <= 10 s', met: 'NO' });
    expect(verdictOf([{ ...check, measured: 10 }])).toEqual({ target: 'overhead <= 10 s', met: 'yes' });
    expect(verdictOf([])).toEqual({ target: '-', met: '-' });
  });

  test('is not met by a figure that is missing', () => {
    expect(isMet({ ...check, measured: NaN })).toBe(false);
  });

  test('shows dollars to a hundredth of a cent', () => {
    expect(verdictOf([{ ...check, atMost: 0.003, unit: '$' }]).target).toBe('overhead <= $0.0030');
  });
});
