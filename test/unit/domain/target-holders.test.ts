import { heirAmong, laterWith } from '../../../functions/fleet/domain/targets';
import { aMember } from '../../support/sightings';

const target = { targetGroup: 'arn:b', id: '10.0.0.7' };
const bearing = (instanceId: string, claimedAt: string) => ({
  ...aMember({ instanceId }),
  claimedAt,
  targets: ['arn:b 10.0.0.7'],
});

describe('who has a target on record, too', () => {
  const self = bearing('i-a', '2026-01-01T10:00:00.000Z');
  const [earlier, later] = [bearing('i-b', '2026-01-01T09:00:00.000Z'), bearing('i-c', '2026-01-01T11:00:00.000Z')];

  test('has it if it came later, and is dead if it came earlier', () => {
    expect(laterWith(target, self, [self, earlier, later])).toEqual(later);
    expect(laterWith(target, self, [self, earlier])).toBeUndefined();
  });

  test('has to have this very target', () => {
    expect(laterWith({ ...target, targetGroup: 'arn:a' }, self, [self, later])).toBeUndefined();
  });
});

describe('who has the address of a target by now', () => {
  const known = { ...aMember({ instanceId: 'i-b' }), name: 'web-07' };

  test.each([
    ['in service', 'InService', 'web-07'],
    ['on its way into service', 'Pending:Wait', undefined],
    ['in the warm pool', 'Warmed:Stopped', undefined],
    ['leaving', 'Terminating:Wait', undefined],
    ['out of its group, with its number', undefined, 'web-07'],
  ])('as a member that is %s', (_, state, expected) => {
    const members = [aMember({ instanceId: 'i-a' }), known];
    expect(heirAmong(target, members, { instanceId: 'i-b', isNumbered: true, state })).toBe(expected);
  });

  test.each([
    ['has its target group on record', ['arn:a', 'arn:b'], 'web-07'],
    ['has another target group on record only', ['arn:a'], undefined],
    ['has none, since the settings named no target group', undefined, undefined],
  ])('as a member that its launch has put in service, and that %s', (_, targetGroups, expected) => {
    const served = { ...known, completedToken: 'token', ...(targetGroups !== undefined && { targetGroups }) };
    expect(heirAmong(target, [served], { instanceId: 'i-b', isNumbered: true, state: 'InService' })).toBe(expected);
  });

  test.each([
    ['in service', true, 'InService', 'i-c'],
    ['in service, and launched while the group had no hooks', false, 'InService', undefined],
    ['in no group', true, undefined, undefined],
  ])('as an instance that the ledger does not know, %s', (_, isNumbered, state, expected) => {
    expect(heirAmong(target, [known], { instanceId: 'i-c', isNumbered, state })).toBe(expected);
  });
});
