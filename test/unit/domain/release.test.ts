import { isInHookOfRelease } from '../../../functions/fleet/domain/lifecycle';
import { decideTakeOver, mayTakeBack, lastStepsMs } from '../../../functions/fleet/domain/release';
import { fleetFunctionNames, specOf } from '../../../infra/systems/fleet/functions';
import { aMember } from '../../support/sightings';

const now = new Date('2026-01-01T12:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();
const at = { now, state: undefined };
const ended = { endingSince: ago(lastStepsMs) };

describe('what an instance holds', () => {
  test.each([
    ['is launching', aMember()],
    ['was about to be completed', aMember({ phase: 'completing' })],
    ['has gone into service this minute', aMember({ phase: 'in-service', inServiceAt: ago(lastStepsMs - 1) })],
  ])('is not taken back while a step of its launch may be under way: one that %s', (_, member) => {
    expect(decideTakeOver(member, 'scale-in', at).action).toBe('end-launch');
    expect(decideTakeOver({ ...member, endingSince: ago(lastStepsMs - 1) }, 'scale-in', at).action).toBe('wait');
    expect(decideTakeOver({ ...member, ...ended }, 'scale-in', at).action).toBe('take');
  });

  test('of one that has been in service for longer is taken back at once, and so is what a release has begun with', () => {
    const served = aMember({ phase: 'in-service', inServiceAt: ago(lastStepsMs) });
    for (const member of [served, aMember({ phase: 'releasing' })])
      expect(decideTakeOver(member, 'scale-in', at).action).toBe('take');
  });

  test.each([
    ['the ledger says so', aMember({ phase: 'in-service' }), 'Pending:Wait'],
    ['Auto Scaling says so', aMember({ phase: 'completing' }), 'InService'],
    ['it is about to', aMember({ phase: 'completing' }), 'Pending:Proceed'],
  ])('stays with one that was to be abandoned and went into service first: %s', (_, member, state) => {
    expect(decideTakeOver(member, 'abandoned', { now, state }).action).toBe('leave');
    expect(decideTakeOver({ ...member, ...ended }, 'abandoned', { now, state }).action).toBe('leave');
    // An instance that leaves its group is released however well its launch has ended.
    expect(decideTakeOver({ ...member, ...ended }, 'scale-in', { now, state }).action).toBe('take');
  });

  test.each(['Pending:Wait', 'Warmed:Pending:Wait', 'Terminating', undefined])(
    'is taken from one that is abandoned and %s',
    (state) =>
      expect(decideTakeOver(aMember({ phase: 'completing', ...ended }), 'abandoned', { now, state }).action).toBe(
        'take',
      ),
  );
});

test('a release takes nothing of a member that it has not taken over', () => {
  expect(mayTakeBack(aMember({ phase: 'releasing' }), 'abandoned')).toBe(true);
  expect(mayTakeBack(aMember({ phase: 'in-service' }), 'abandoned')).toBe(false);
  expect(mayTakeBack(aMember({ phase: 'replacing' }), 'root-volume')).toBe(true);
});

test.each([
  ['scale-in', 'Terminating:Wait', true],
  ['scale-in', 'Warmed:Terminating:Wait', true],
  ['scale-in', 'Warmed:Pending:Wait', false],
  ['to-warm-pool', 'Warmed:Pending:Wait', true],
  ['to-warm-pool', 'Warmed:Terminating:Wait', false],
  ['abandoned', 'Pending:Wait', true],
  ['abandoned', 'Terminating:Wait', false],
  ['root-volume', 'ReplacingRootVolume:Wait', true],
  ['root-volume', 'Pending:Wait', false],
  ['orphan', undefined, false],
] as const)('whether the hook of a release (%s) holds an instance that is %s: %s', (reason, state, waits) =>
  expect(isInHookOfRelease(reason, state)).toBe(waits),
);

test('no step runs for longer than what is waited for', () => {
  const steps = fleetFunctionNames.map(specOf).filter(({ calledBy }) => calledBy === 'workflow');
  for (const { timeoutSeconds } of steps) expect(timeoutSeconds * 1000).toBeLessThan(lastStepsMs);
});
