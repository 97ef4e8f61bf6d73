import { isDetached, isInDoubt, presenceOf } from '../../../../functions/fleet/domain/reconcile/detached';
import { decideReconcile } from '../../../../functions/fleet/domain/reconcile/reconcile';
import type { Sighting } from '../../../../functions/fleet/domain/reconcile/sighting';
import { aHold, aMember, anExecution, aSighting, aView } from '../../../support/sightings';

const now = new Date('2026-01-01T12:30:00Z');
const actions = (seen: Partial<Sighting>) => decideReconcile(aSighting(seen), aView({ now }));
const inService = aMember({ phase: 'in-service', inServiceAt: '2026-01-01T00:05:00.000Z' });
const detached = { ...inService, phase: 'detached' } as const;

test.each([
  ['pending', 'there'],
  ['running', 'there'],
  ['stopping', 'there'],
  ['stopped', 'there'],
  ['a word that a newer AWS has', 'there'],
  ['shutting-down', 'ended'],
  ['terminated', 'ended'],
  [undefined, 'unknown'],
])('EC2 says %s: %s', (state, presence) => {
  expect(presenceOf(state)).toBe(presence);
});

test.each([
  ['a member that its group does not have', inService, undefined, true],
  ['one in Standby', inService, 'Standby', true],
  ['one in service', inService, 'InService', false],
  ['one that enters Standby', inService, 'EnteringStandby', false],
  ['one that is released anyway', aMember({ phase: 'releasing' }), undefined, false],
])('EC2 is asked about %s: %#', (_, member, state, doubt) => {
  expect(isInDoubt(member, state)).toBe(doubt);
});

describe('a member that its group does not have', () => {
  const missing = { state: undefined, member: inService } as const;

  test('and that EC2 shows keeps its number, which is said once', () => {
    expect(actions({ ...missing, presence: 'there' })).toEqual([
      {
        action: 'detached',
        member: inService,
        reason: 'web-01 has left web and still exists: it keeps its number until it ends or is released',
      },
    ]);
    expect(actions({ ...missing, member: detached, presence: 'there' })).toEqual([]);
  });

  test('and is still being launched has its launch stopped', () => {
    const launch = anExecution();
    for (const phase of ['launching', 'detached'] as const) {
      expect(actions({ ...missing, member: aMember({ phase }), presence: 'there', launch })).toMatchObject([
        { action: 'detached', stop: launch.arn },
      ]);
    }
  });

  test('is left alone while EC2 gives no answer', () => {
    expect(actions(missing)).toEqual([]);
    expect(actions({ ...missing, launch: anExecution() })).toEqual([]);
  });

  test('and that EC2 does not know is gone, unless it is so new that it may not be shown yet', () => {
    const claimed = (claimedAt: string) => ({
      ...missing,
      member: { ...inService, claimedAt },
      presence: 'unknown' as const,
    });
    expect(actions(claimed('2026-01-01T12:20:01.000Z'))).toEqual([]);
    expect(actions(claimed('2026-01-01T12:20:00.000Z'))).toMatchObject([{ action: 'release' }]);
  });

  test('and that a release takes back is left to it', () => {
    expect(actions({ ...missing, presence: 'there', isReleasing: true })).toEqual([]);
  });
});

describe('a member that is in its group again', () => {
  test('continues as it was, and nothing else is done before that', () => {
    for (const state of ['Pending', 'InService', 'Standby', 'Pending:Wait']) {
      expect(actions({ state, member: detached })).toMatchObject([{ action: 'attached', phase: 'in-service' }]);
    }
  });

  test('still has to be cleaned up if its launch had failed', () => {
    const member = aMember({ phase: 'detached' });
    expect(actions({ state: 'InService', member, hold: aHold() })).toMatchObject([{ phase: 'launching' }]);
    expect(actions({ state: 'InService', member: detached, hold: aHold() })).toMatchObject([{ phase: 'in-service' }]);
    expect(actions({ state: 'InService', member })).toMatchObject([{ phase: 'in-service' }]);
  });

  test('is released if it leaves at once', () => {
    expect(actions({ state: 'Terminating:Wait', member: detached })).toMatchObject([
      { release: { reason: 'scale-in' } },
    ]);
  });
});

describe('a member in Standby', () => {
  const standby = { state: 'Standby', member: inService } as const;

  test('that has ended there is released', () => {
    expect(actions({ ...standby, presence: 'ended' })).toMatchObject([
      { release: { reason: 'orphan', lifecycle: null } },
    ]);
    expect(actions({ ...standby, presence: 'unknown' })).toMatchObject([{ release: { reason: 'orphan' } }]);
    expect(actions({ ...standby, presence: 'ended', isReleasing: true })).toEqual([]);
  });

  test('that exists, or of which EC2 says nothing, is left alone', () => {
    expect(actions({ ...standby, presence: 'there' })).toEqual([]);
    expect(actions(standby)).toEqual([]);
  });
});

test('who is detached is counted also while EC2 gives no answer', () => {
  expect(isDetached(aSighting({ state: undefined, member: inService, presence: 'there' }))).toBe(true);
  expect(isDetached(aSighting({ state: undefined, member: detached }))).toBe(true);
  expect(isDetached(aSighting({ state: undefined, member: inService }))).toBe(false);
  expect(isDetached(aSighting({ state: undefined, member: detached, presence: 'ended' }))).toBe(false);
  expect(isDetached(aSighting({ state: 'InService', member: detached, presence: 'there' }))).toBe(false);
});
