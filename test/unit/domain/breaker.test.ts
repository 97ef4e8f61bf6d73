import { decideClose, countFailure, type BreakerDecision } from '../../../functions/fleet/domain/breaker';
import type { Breaker } from '../../../functions/fleet/ledger/port';

const now = new Date('2026-01-01T12:00:05Z');
const failedAt = '2026-01-01T12:00:00.000Z';
const fail = (breaker: Breaker | undefined, instanceId: string, after = 3) =>
  countFailure(breaker, { group: 'web', instanceId, failedAt }, after, now);
const saved = (decision: BreakerDecision) => {
  if (decision.action === 'none') throw new Error(`nothing is saved: ${decision.reason}`);
  return decision.breaker;
};
const many = (ids: readonly string[], after = 3) =>
  ids.reduce<Breaker | undefined>((breaker, id) => {
    const decision = fail(breaker, id, after);
    return decision.action === 'save' ? decision.breaker : breaker;
  }, undefined);

test('the first failure makes a breaker that is closed', () => {
  expect(saved(fail(undefined, 'i-1'))).toEqual({ group: 'web', revision: 1, failed: ['i-1'] });
});

test('it opens with the third instance, as of its failure, and its message is due', () => {
  const two = many(['i-1', 'i-2']);
  expect(two?.openedAt).toBeUndefined();
  expect(saved(fail(two, 'i-3'))).toEqual({
    group: 'web',
    revision: 3,
    failed: ['i-1', 'i-2', 'i-3'],
    openedAt: failedAt,
    report: { state: 'unsent', at: '2026-01-01T12:00:05.000Z' },
  });
});

test('with 1 it opens at once', () => {
  expect(saved(fail(undefined, 'i-1', 1)).openedAt).toBe(failedAt);
});

test('an instance that fails again and again counts once', () => {
  const two = many(['i-1', 'i-2']);
  expect(fail(two, 'i-1')).toMatchObject({ action: 'none' });
});

test('a limit that was lowered counts what has failed before', () => {
  expect(saved(fail(many(['i-1', 'i-2']), 'i-2', 2)).openedAt).toBe(failedAt);
});

test('a limit that was lowered a lot keeps the last of them', () => {
  const ten = ['i-0', 'i-1', 'i-2', 'i-3', 'i-4', 'i-5', 'i-6', 'i-7', 'i-8', 'i-9'];
  expect(saved(fail(many(ten, 20), 'i-a', 2)).failed).toEqual(['i-7', 'i-8', 'i-9', 'i-a']);
});

describe('while it is open', () => {
  const report = { state: 'sent', at: failedAt } as const;
  const open: Breaker = { ...many(['i-1', 'i-2', 'i-3'])!, openedAt: '2026-01-01T11:00:00.000Z', report };

  test('it counts on, and makes no second message', () => {
    expect(saved(fail(open, 'i-4'))).toEqual({ ...open, revision: 4, failed: ['i-1', 'i-2', 'i-3', 'i-4'] });
    expect(fail(open, 'i-3')).toMatchObject({ action: 'none' });
  });

  test('it is not written for ever', () => {
    const full = many(['i-1', 'i-2', 'i-3', 'i-4', 'i-5', 'i-6', 'i-7', 'i-8']);
    expect(full).toMatchObject({ revision: 6, failed: ['i-1', 'i-2', 'i-3', 'i-4', 'i-5', 'i-6'] });
  });
});

describe('closing', () => {
  const open: Breaker = { ...many(['i-1', 'i-2', 'i-3'])!, report: { state: 'sent', at: failedAt } };

  test('counts from none, and forgets the message', () => {
    expect(saved(decideClose(open))).toEqual({ group: 'web', revision: 4, failed: [] });
    expect(saved(decideClose(many(['i-1'])))).toEqual({ group: 'web', revision: 2, failed: [] });
  });

  test('does nothing where nothing is counted', () => {
    expect(decideClose(undefined)).toMatchObject({ action: 'none' });
    expect(decideClose(saved(decideClose(open)))).toMatchObject({ action: 'none' });
  });

  test('follows a success after it opened, not one before', () => {
    expect(decideClose(open, new Date('2026-01-01T12:00:01Z'))).toMatchObject({ action: 'save' });
    expect(decideClose(open, new Date('2026-01-01T11:59:59Z'))).toMatchObject({ action: 'none' });
  });

  test('makes room for the next message', () => {
    const again = ['i-4', 'i-5', 'i-6'].reduce((breaker, id) => saved(fail(breaker, id)), saved(decideClose(open)));
    expect(again.report?.state).toBe('unsent');
  });
});
