import { quotedIfOdd } from '../../../shared/notify/message-text';
import { heartbeatOf } from '../../contracts/heartbeats';
import { hookFaults, type HookFault } from '../../domain/reconcile/hooks';
import { isInService } from '../../domain/lifecycle';
import { toHook } from '../../resources/hook';
import { statesOf } from '../../resources/group-state';
import { notice, problem, type CheckResult } from './finding';
import type { DoctorDeps, InspectedGroup } from './check-inputs';

const needed = ['Launch', 'Terminate', 'AddToLoadBalancer', 'HealthCheck', 'ReplaceUnhealthy'];

/** Checks the group: suspended processes, and which instances its termination policy selects first. */
export function checkGroup({ group }: InspectedGroup): CheckResult[] {
  const suspended = (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []);
  const stopped = suspended.filter((name) => needed.includes(name));
  const policies = group.TerminationPolicies ?? [];
  return [
    ...(stopped.length === 0
      ? []
      : [
          problem(
            'process-suspended',
            `suspended: ${stopped.join(', ')}`,
            'resume them, unless an operator suspended them on purpose',
          ),
        ]),
    ...(policies.length === 0 || policies[0] === 'NewestInstance'
      ? []
      : [
          notice(
            'termination-policy',
            `it terminates by ${policies.join(', ')}`,
            'NewestInstance first keeps numbers dense: the highest go first',
          ),
        ]),
  ];
}

/** Checks that both lifecycle hooks exist, as the deployment makes them. */
export async function checkHooks(
  { autoScaling, heartbeats }: DoctorDeps,
  { settings }: InspectedGroup,
): Promise<CheckResult[]> {
  const { LifecycleHooks = [] } = await autoScaling.describeLifecycleHooks({ AutoScalingGroupName: settings.group });
  const hooks = LifecycleHooks.map(toHook);
  const faults = hookFaults(hooks, settings, heartbeatOf(heartbeats, settings.group));
  const limit = hooks.find(({ name }) => name === settings.launchHook)?.globalSeconds ?? 0;
  return [
    ...faults.map((fault) => problem(`hook-${fault.kind}`, fault.reason, putAgain(settings.group, fault))),
    ...(limit > 0 && settings.holdMinutes * 60 > limit
      ? [
          problem(
            'hold-beyond-hook',
            `a hold of ${settings.holdMinutes} min, and the hook ends after ${Math.floor(limit / 60)} min`,
            'a longer heartbeatSeconds, or a shorter holdMinutes',
          ),
        ]
      : []),
  ];
}

/** CloudFormation does not check a hook that a deployment does not change. */
function putAgain(group: string, { hook, expected }: HookFault): string {
  const { transition, defaultResult, heartbeatSeconds } = expected;
  return `aws autoscaling put-lifecycle-hook --auto-scaling-group-name ${quotedIfOdd(group)} --lifecycle-hook-name ${hook} --lifecycle-transition ${transition} --default-result ${defaultResult} --heartbeat-timeout ${heartbeatSeconds}`;
}

/** The ledger against the group: who holds what without being there, and who is there without a number. */
export function checkMembers({ settings, group, records }: InspectedGroup): CheckResult[] {
  const states = statesOf(group);
  const known = new Set([...records.members, ...records.reserves].map(({ instanceId }) => instanceId));
  const orphans = records.members.filter(
    ({ instanceId, phase }) => !states.has(instanceId) && phase !== 'releasing' && phase !== 'detached',
  );
  const strangers = [...states].filter(([id, state]) => !known.has(id) && isInService(state));
  const list = (names: readonly string[]) =>
    names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
  return [
    ...(orphans.length === 0
      ? []
      : [
          problem(
            'ledger-orphan',
            `hold numbers and are not in the group: ${list(orphans.map(({ name, instanceId }) => `${name} (${instanceId})`))}`,
            'the reconciler releases them within two minutes; if it does not, see RUNBOOK.md, "Reconciler silent"',
          ),
        ]),
    ...(strangers.length === 0
      ? []
      : [
          notice(
            'instance-unknown',
            `in service without a number: ${list(strangers.map(([id]) => id))}`,
            `they were there before Muster: muster adopt ${quotedIfOdd(settings.group)} shows what it would give them`,
          ),
        ]),
  ];
}
