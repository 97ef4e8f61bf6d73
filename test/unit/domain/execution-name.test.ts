import { executionArn } from '../../../functions/shared/executions/start';
import {
  executionName,
  firstName,
  furtherName,
  instanceIn,
  isSamePurpose,
  launchPurpose,
  numberedName,
  releasePurpose,
  releaseName,
} from '../../../functions/fleet/domain/redrive-or-new-attempt';
import { aLaunch } from '../../support/launches';

const longId = 'i-1234567890abcdef0';
const purpose = launchPurpose(aLaunch());
const first = firstName(purpose);

test('says group, instance and way', () => {
  expect(executionName(aLaunch())).toBe('web_i-0a1b2c3d_EC2-AutoScalingGroup');
  expect(releaseName({ group: 'web', instanceId: 'i-0abc', reason: 'orphan', lifecycle: null })).toBe(
    'web_i-0abc_release-orphan',
  );
});

test('another way into service is another name', () => {
  expect(executionName(aLaunch({ origin: 'WarmPool' }))).not.toBe(executionName(aLaunch()));
});

describe('a further attempt', () => {
  test('is named by its lifecycle action, however many have been before', () => {
    const name = furtherName(purpose, first, 'token-2');
    expect(name).toMatch(/^web_i-0a1b2c3d_EC2-AutoScalingGroup_\d{12}$/);
    expect(furtherName(purpose, 'any other', 'token-2')).toBe(name);
    expect(furtherName(purpose, first, 'token-3')).not.toBe(name);
  });
  test('is named by its predecessor if the action is not known, or has an execution', () => {
    const unknown = furtherName(purpose, first, null);
    expect(unknown).toMatch(/_\d{12}$/);
    expect(furtherName(purpose, unknown, null)).not.toBe(unknown);
    const served = furtherName(purpose, first, 'token-2');
    expect([first, unknown, served]).not.toContain(furtherName(purpose, served, 'token-2'));
  });
  test('never has the name of another, over ten thousand of them', () => {
    const names = new Set([first]);
    for (let last = first, count = 1; count < 10_000; count += 1) {
      last = furtherName(purpose, last, count % 2 === 0 ? null : `token-${count}`);
      names.add(last);
    }
    expect(names.size).toBe(10_000);
  });
  test.each([1, 2, 50])('version 0.1.0 called the attempt %d like this', (attempt) => {
    const suffix = attempt === 1 ? '' : `_${attempt}`;
    expect(numberedName(purpose, attempt)).toBe(`web_i-0a1b2c3d_EC2-AutoScalingGroup${suffix}`);
  });
});

describe.each([
  ['long', 'a'.repeat(255)],
  ['other characters', 'web servers/blue $1'],
  ['not Latin', 'wëb-日本'],
  ['with underscores', 'web_i-0_1'],
])('a group name that is %s', (_, group) => {
  test.each([
    ['a launch', launchPurpose(aLaunch({ group, instanceId: longId, origin: 'AutoScalingGroup' }))],
    ['a place of a newer AWS', launchPurpose(aLaunch({ group, instanceId: longId, origin: 'New'.repeat(30) }))],
    ['a release', releasePurpose({ group, instanceId: longId, reason: 'to-warm-pool' })],
  ])('fits what Step Functions takes: %s', (__, thing) => {
    const names = [firstName(thing), furtherName(thing, firstName(thing), 'token'), numberedName(thing, 12)];
    for (const name of names) {
      expect(name).toMatch(/^[0-9A-Za-z\-_]{1,80}$/);
      expect(instanceIn(name)).toBe(longId);
      // What version 0.1.0 finds a running execution by: after a rollback it has to know whose it is.
      expect(/_(i-[0-9a-f]+)_[^_]+(_\d+)?$/.exec(name)?.[1]).toBe(longId);
      expect(isSamePurpose(names[0]!, name)).toBe(true);
    }
    expect(new Set(names).size).toBe(names.length);
  });
});

test('groups that are shortened to the same beginning stay apart', () => {
  const names = ['a/b', 'a-b', 'a.b', `${'a'.repeat(60)}1`, `${'a'.repeat(60)}2`].flatMap((group) => {
    const thing = launchPurpose(aLaunch({ group }));
    return [firstName(thing), furtherName(thing, 'x', 'token')];
  });
  expect(new Set(names).size).toBe(names.length);
});

test('executions of another instance or way, and those started under any other name, are of another purpose', () => {
  const arn = (name: string) => `arn:aws:states:eu-west-1:123456789012:execution:scale-out:${name}`;
  expect(isSamePurpose(arn(first), arn(furtherName(purpose, first, 'token-2')))).toBe(true);
  expect(isSamePurpose(arn(first), arn(executionName(aLaunch({ origin: 'WarmPool' }))))).toBe(false);
  expect(isSamePurpose(arn(first), arn(executionName(aLaunch({ instanceId: 'i-0b' }))))).toBe(false);
  expect(isSamePurpose(arn('by-hand'), arn('by-hand-2'))).toBe(false);
});

test('the ARN is that of the state machine, with the name', () => {
  expect(executionArn('arn:aws:states:eu-west-1:123456789012:stateMachine:scale-out', 'web_1')).toBe(
    'arn:aws:states:eu-west-1:123456789012:execution:scale-out:web_1',
  );
});
