import { executionArn, executionName } from '../../../functions/fleet/domain/execution-name';
import { aLaunch } from '../../support/launches';

const longId = 'i-1234567890abcdef0';

test('says group, instance and way', () => {
  expect(executionName(aLaunch(), 1)).toBe('web_i-0a1b2c3d_EC2-AutoScalingGroup');
  expect(executionName(aLaunch(), 2)).toBe('web_i-0a1b2c3d_EC2-AutoScalingGroup_2');
});

test('another way into service is another name', () => {
  expect(executionName(aLaunch({ origin: 'WarmPool' }), 1)).not.toBe(executionName(aLaunch(), 1));
});

test.each([
  ['long', 'a'.repeat(255)],
  ['other characters', 'web servers/blue $1'],
  ['not Latin', 'wëb-日本'],
])('fits what Step Functions takes: %s', (_, group) => {
  const name = executionName(aLaunch({ group, instanceId: longId, origin: 'AutoScalingGroup' }), 12);
  expect(name).toMatch(/^[0-9A-Za-z\-_]{1,80}$/);
  expect(name).toContain(longId);
  expect(name).toMatch(/_12$/);
});

test('groups that are shortened to the same beginning stay apart', () => {
  const names = ['a/b', 'a-b', 'a.b', `${'a'.repeat(60)}1`, `${'a'.repeat(60)}2`].map((group) =>
    executionName(aLaunch({ group }), 1),
  );
  expect(new Set(names).size).toBe(names.length);
});

test('the ARN is that of the state machine, with the name', () => {
  expect(executionArn('arn:aws:states:eu-west-1:123456789012:stateMachine:scale-out', 'web_1')).toBe(
    'arn:aws:states:eu-west-1:123456789012:execution:scale-out:web_1',
  );
});
