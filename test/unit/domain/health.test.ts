import { decideHealth, type TargetHealth } from '../../../functions/fleet/domain/targets';

const minutes = 60_000;
const target = (state: string, reason?: string, description?: string): TargetHealth => ({
  targetGroup: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef',
  state,
  ...(reason === undefined ? {} : { reason }),
  ...(description === undefined ? {} : { description }),
});
const decide = (targets: TargetHealth[], elapsedMs = minutes) => decideHealth(targets, elapsedMs, 15 * minutes);

test('healthy only when every target is', () => {
  expect(decide([target('healthy'), target('healthy')]).action).toBe('healthy');
  expect(decide([target('healthy'), target('initial', 'Elb.InitialHealthChecking')]).action).toBe('wait');
});

test.each([
  [0, 'TargetPending'],
  [10 * minutes - 1, 'TargetPending'],
  [10 * minutes, 'TargetPendingLong'],
  [15 * minutes - 1, 'TargetPendingLong'],
])('after %d ms it waits under the name %s', (elapsedMs, as) => {
  expect(decide([target('initial')], elapsedMs)).toMatchObject({ action: 'wait', as });
});

test.each([
  ['initial', 'Elb.RegistrationInProgress'],
  ['initial', 'Elb.InitialHealthChecking'],
  ['unhealthy', 'Target.ResponseCodeMismatch'],
  ['unhealthy', 'Target.Timeout'],
  ['unhealthy', 'Elb.InternalError'],
  ['unavailable', 'Elb.InternalError'],
  ['unhealthy.draining', undefined],
])('%s (%s) can still pass', (state, reason) => {
  expect(decide([target(state, reason)]).action).toBe('wait');
});

test.each([
  ['unused', 'Target.NotInUse'],
  ['unused', 'Target.InvalidState'],
  ['unused', 'Target.IpUnusable'],
  ['draining', 'Target.DeregistrationInProgress'],
  ['unavailable', 'Target.HealthCheckDisabled'],
])('%s (%s) can never pass, and fails at once with the reason', (state, reason) => {
  const decision = decide([target('healthy'), target(state, reason, 'because')], 0);
  expect(decision.action).toBe('unusable');
  expect(decision.reason).toBe(`web ${state} (${reason}: because)`);
});

test('a registration may take a moment to show, not for ever', () => {
  const targets = [target('unused', 'Target.NotRegistered')];
  expect(decide(targets, 10_000).action).toBe('wait');
  expect(decide(targets, minutes).action).toBe('unusable');
});

test('when the time is over it is unhealthy, with the last reason', () => {
  const targets = [target('unhealthy', 'Target.ResponseCodeMismatch', 'Health checks failed with these codes: [503]')];
  expect(decide(targets, 15 * minutes - 1).action).toBe('wait');
  expect(decide(targets, 15 * minutes)).toEqual({
    action: 'unhealthy',
    reason: expect.stringContaining('[503]') as string,
  });
});
