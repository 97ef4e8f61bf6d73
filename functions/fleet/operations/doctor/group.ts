import { isLeaving } from '../../domain/lifecycle';
import { notice, problem, type Said } from './finding';
import type { DoctorDeps, Patient } from './patient';

const needed = ['Launch', 'Terminate', 'AddToLoadBalancer', 'HealthCheck', 'ReplaceUnhealthy'];

/** The group itself: what is suspended, and whom it terminates first. */
export function checkGroup({ group }: Patient): Said[] {
  const suspended = (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []);
  const stopped = suspended.filter((name) => needed.includes(name));
  const policies = group.TerminationPolicies ?? [];
  return [
    ...(stopped.length === 0
      ? []
      : [problem('process-suspended', `suspended: ${stopped.join(', ')}`, 'resume them, unless somebody works on it')]),
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

interface Hook {
  readonly name: string;
  readonly transition: string;
  readonly result: 'ABANDON' | 'CONTINUE';
}

/** Both lifecycle hooks: there, and as the deployment makes them. */
export async function checkHooks({ autoScaling }: DoctorDeps, { settings }: Patient): Promise<Said[]> {
  const { LifecycleHooks = [] } = await autoScaling.describeLifecycleHooks({ AutoScalingGroupName: settings.group });
  const hooks: Hook[] = [
    { name: settings.launchHook, transition: 'autoscaling:EC2_INSTANCE_LAUNCHING', result: 'ABANDON' },
    { name: settings.terminateHook, transition: 'autoscaling:EC2_INSTANCE_TERMINATING', result: 'CONTINUE' },
  ];
  const again = 'deploy again: npx cdk deploy';
  return hooks.flatMap(({ name, transition, result }) => {
    const hook = LifecycleHooks.find(({ LifecycleHookName }) => LifecycleHookName === name);
    if (hook === undefined) {
      const what = transition.endsWith('LAUNCHING')
        ? 'launches go into service without Muster'
        : 'numbers are freed only by the reconciler';
      return [problem('hook-missing', `no hook ${name}: ${what}`, `${again}; a group that was replaced has no hooks`)];
    }
    const { HeartbeatTimeout: heartbeat = 0, GlobalTimeout: limit = 0 } = hook;
    const drift = [
      ...(hook.LifecycleTransition === transition ? [] : [`it is for ${hook.LifecycleTransition ?? 'nothing'}`]),
      ...(hook.DefaultResult === result
        ? []
        : [`its default result is ${hook.DefaultResult ?? 'none'}, and should be ${result}`]),
      ...(heartbeat >= 120 ? [] : [`its heartbeat timeout is ${heartbeat} s, and should be 120 s or more`]),
    ];
    const isLaunch = result === 'ABANDON';
    const isBeyond = isLaunch && limit > 0 && settings.holdMinutes * 60 > limit;
    return [
      ...(drift.length === 0 ? [] : [problem('hook-drifted', `hook ${name}: ${drift.join('; ')}`, again)]),
      ...(isBeyond
        ? [
            problem(
              'hold-beyond-hook',
              `a hold of ${settings.holdMinutes} min, and the hook ends after ${Math.floor(limit / 60)} min`,
              'a longer heartbeatSeconds, or a shorter holdMinutes',
            ),
          ]
        : []),
    ];
  });
}

/** The ledger against the group: who holds what without being there, and who is there without a number. */
export function checkMembers({ settings, group, records }: Patient): Said[] {
  const states = new Map(
    (group.Instances ?? []).map(({ InstanceId = '', LifecycleState = '' }) => [InstanceId, LifecycleState]),
  );
  const known = new Set([...records.members, ...records.reserves].map(({ instanceId }) => instanceId));
  const orphans = records.members.filter(
    ({ instanceId, phase }) => !states.has(instanceId) && phase !== 'releasing' && phase !== 'detached',
  );
  const strangers = [...states].filter(
    ([id, state]) => !known.has(id) && !isLeaving(state) && /^InService$/.test(state),
  );
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
            `they were there before Muster: muster adopt '${settings.group}' shows what it would give them`,
          ),
        ]),
  ];
}
