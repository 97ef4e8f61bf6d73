import { decideMissingAction } from '../../../functions/fleet/domain/lifecycle';
import {
  fqdnOf,
  instanceName,
  otherDeployment,
  tagsToWrite,
  wantedTags,
} from '../../../functions/fleet/domain/identity';
import { someSettings } from '../../support/launches';
import { elapsedSince } from '../../../functions/fleet/contracts/inputs';

describe('names', () => {
  test('come from the pattern', () => {
    expect(instanceName(someSettings(), 3)).toBe('web-03');
    expect(instanceName(someSettings({ names: { pattern: 'w{index}' } }), 12)).toBe('w12');
    expect(instanceName(someSettings(), 123)).toBe('web-123');
  });
  test('are in the zone, if there is one', () => {
    expect(fqdnOf(someSettings({ dns: { zoneId: 'Z1', zoneName: 'internal.example.com' } }), 3)).toBe(
      'web-03.internal.example.com',
    );
    expect(fqdnOf(someSettings(), 3)).toBeUndefined();
  });
});

describe('tags', () => {
  const identity = { partition: 'aws', account: '123456789012', region: 'eu-central-1', deployment: 'muster' };
  const values = { group: 'web', index: 3, name: 'web-03', fqdn: undefined, instanceId: 'i-0a', address: '10.0.0.7' };
  test('are index, name and those of the settings', () => {
    const settings = someSettings({ tags: { Role: '{group}@{address}' } });
    expect(wantedTags(settings, values, identity)).toEqual({
      'muster:index': '3',
      'muster:deployment': 'aws:123456789012:eu-central-1:muster',
      Name: 'web-03',
      Role: 'web@10.0.0.7',
    });
  });
  test('of the settings come before our name, not before our index', () => {
    expect(wantedTags(someSettings({ tags: { Name: 'prod {name}' } }), values, identity)).toMatchObject({
      Name: 'prod web-03',
      'muster:index': '3',
    });
  });
  test.each([
    ['aws-cn:123456789012:eu-central-1:muster', 'muster in eu-central-1 of account 123456789012 (aws-cn)'],
    ['aws:123456789012:eu-central-1:Muster', 'Muster in eu-central-1 of account 123456789012'],
    ['aws:123456789012:eu-central-1:muster ', "'aws:123456789012:eu-central-1:muster ', which is no deployment's mark"],
    ['', "'', which is no deployment's mark"],
  ])("'%s' marks an instance as another deployment's", (mark, other) => {
    expect(otherDeployment({ 'muster:deployment': mark }, identity)).toBe(other);
  });
  test('of an earlier version, or of this deployment, do not mark it as of another owner', () => {
    expect(otherDeployment({ 'muster:index': '7' }, identity)).toBeUndefined();
    const mark = 'aws:123456789012:eu-central-1:muster';
    expect(otherDeployment({ 'muster:deployment': mark }, identity)).toBeUndefined();
  });
  test('are written only where they differ', () => {
    expect(tagsToWrite({ a: '1', b: '2' }, { a: '1', b: '3', c: '4' })).toEqual({ b: '2' });
  });
});

describe('an action that is not there', () => {
  const decide = (lifecycleState: string | undefined, mayBeOurs = false) =>
    decideMissingAction({ lifecycleState, mayBeOurs }).action;
  test.each([
    ['InService', false, 'completed'],
    ['Pending:Proceed', false, 'completed'],
    ['Standby', false, 'completed'],
    ['Pending:Wait', true, 'completed'],
    ['Pending:Wait', false, 'expired'],
    ['Terminating:Wait', true, 'gone'],
    ['Terminated', false, 'gone'],
    [undefined, true, 'gone'],
  ])('%s (perhaps completed by us: %s) is %s', (state, ours, action) => {
    expect(decide(state, ours)).toBe(action);
  });
});

test('a redrive, and a later start, give the whole time again', () => {
  const now = new Date('2026-01-01T01:00:00.000Z');
  const enteredAt = '2026-01-01T00:00:00.000Z';
  expect(elapsedSince({ enteredAt, redrivenAt: null }, now)).toBe(3_600_000);
  expect(elapsedSince({ enteredAt, redrivenAt: '2026-01-01T00:59:00.000Z' }, now)).toBe(60_000);
  expect(elapsedSince({ enteredAt, redrivenAt: null }, now, '2026-01-01T00:59:30.000Z')).toBe(30_000);
});
