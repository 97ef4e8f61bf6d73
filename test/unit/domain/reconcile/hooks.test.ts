import { hookFaults, type Hook } from '../../../../functions/fleet/domain/reconcile/hooks';

const names = { launchHook: 'muster-launch', terminateHook: 'muster-terminate' };
const launch: Hook = {
  name: 'muster-launch',
  transition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  defaultResult: 'ABANDON',
  heartbeatSeconds: 3600,
  globalSeconds: 172_800,
};
const terminate: Hook = {
  ...launch,
  name: 'muster-terminate',
  transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
  defaultResult: 'CONTINUE',
};

test('hooks as deployed have no fault, even if others have hooks there', () => {
  const other = { ...launch, name: 'other', defaultResult: 'CONTINUE', heartbeatSeconds: 30 };
  expect(hookFaults([launch, terminate, other], names, 3600)).toEqual([]);
  expect(hookFaults([launch, terminate], names)).toEqual([]);
});

test('a group that was replaced has none of them', () => {
  const faults = hookFaults([], names, 600);
  expect(faults.map(({ kind, hook, expected }) => [kind, hook, expected.heartbeatSeconds])).toEqual([
    ['missing', 'muster-launch', 600],
    ['missing', 'muster-terminate', 600],
  ]);
  expect(faults[0]!.reason).toContain('without Muster');
});

test.each<[string, Partial<Hook>, number | undefined, RegExp]>([
  ['transition', { transition: 'autoscaling:EC2_INSTANCE_TERMINATING' }, 3600, /is for autoscaling:EC2_INSTANCE_TERM/],
  ['default result', { defaultResult: 'CONTINUE' }, 3600, /default result is CONTINUE, and should be ABANDON/],
  ['time-out', { heartbeatSeconds: 1800 }, 3600, /1800 s, and was deployed as 3600 s/],
  ['time-out, a longer one,', { heartbeatSeconds: 7200 }, 3600, /7200 s, and was deployed as 3600 s/],
  ['time-out that is not known, below the least', { heartbeatSeconds: 119 }, undefined, /120 s or more/],
])('another %s is drift, of that hook alone', (_, change, deployed, says) => {
  const faults = hookFaults([{ ...launch, ...change }, terminate], names, deployed);
  expect(faults).toMatchObject([{ kind: 'drifted', hook: 'muster-launch' }]);
  expect(faults[0]!.reason).toMatch(says);
});

test('the hook for terminations is compared as well', () => {
  const faults = hookFaults([launch, { ...terminate, defaultResult: 'ABANDON' }], names, 3600);
  expect(faults).toMatchObject([{ kind: 'drifted', hook: 'muster-terminate' }]);
});

test('a time-out that cannot be compared is as it may be from 120 s on', () => {
  expect(hookFaults([{ ...launch, heartbeatSeconds: 120 }, terminate], names)).toEqual([]);
});
