import type { AutoScalingGroup, LifecycleHook } from '@aws-sdk/client-auto-scaling';
import type { DescribeInstancesCommandInput } from '@aws-sdk/client-ec2';
import type { DescribeExecutionCommandOutput, ExecutionStatus } from '@aws-sdk/client-sfn';
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { fleetMetrics } from '../../../functions/fleet/contracts/metrics';
import type { GroupSettings } from '../../../functions/fleet/contracts/settings';
import type { Hold, Member, Reserve } from '../../../functions/fleet/ledger/port';
import type { ReconcileDeps } from '../../../functions/fleet/triggers/reconcile/handler';
import { jsonLogger, embeddedMetrics } from '../../../functions/shared/runtime';
import { createMemoryLedger } from '../../../infra/lab/region/ledger/memory-ledger';
import { aLaunch, someSettings } from '../../support/launches';

export const stateMachineArn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:scale-out';
export const releaseArn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:release';
export const instanceId = 'i-0a1b2c3d';
/** The first launch of `i-0a1b2c3d`, as `aMember` has it. */
export const launchArn =
  'arn:aws:states:eu-central-1:123456789012:execution:scale-out:web_i-0a1b2c3d_EC2-AutoScalingGroup';

export const launchHook: LifecycleHook = {
  LifecycleHookName: 'muster-launch',
  LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  DefaultResult: 'ABANDON',
  HeartbeatTimeout: 3600,
  GlobalTimeout: 172_800,
};
export const terminateHook: LifecycleHook = {
  LifecycleHookName: 'muster-terminate',
  LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
  DefaultResult: 'CONTINUE',
  HeartbeatTimeout: 3600,
  GlobalTimeout: 172_800,
};

type DescribedExecution = Omit<DescribeExecutionCommandOutput, '$metadata'>;
export interface Call {
  readonly api: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Everything that a run of the reconciler can ask and do, at 12:30, with nothing in it: a ledger in memory, and AWS as far
 * as it is called, with each call on record.
 */
export function createWorld() {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const clock = { now: () => new Date('2026-01-01T12:30:00Z') };
  const ledger = createMemoryLedger();
  const executions = new Map<string, DescribedExecution>();
  const world = {
    ledger,
    executions,
    settings: new Map<string, GroupSettings | Error>([['web', someSettings()]]),
    groups: new Map<string, Partial<AutoScalingGroup>>(),
    /** Lifecycle states that only a question by the instance's id answers. */
    hiddenStates: new Map<string, { group: string; state: string }>(),
    hooks: [launchHook, terminateHook] as LifecycleHook[] | Error,
    /** What EC2 knows, by instance: the state's name. */
    instances: new Map<string, string>(),
    /** How many of them stand on a page. */
    pageSize: 100,
    /** The heartbeats are refused with it. */
    heartbeat: undefined as Error | undefined,
    calls: [] as Call[],
    published: [] as PublishCommandInput[],
    called: (api: string) => world.calls.filter((call) => call.api === api).map(({ input }) => input),
    logs: () => lines.filter((line) => !('_aws' in line)),
    /** The values that a metric was written with. */
    counted: (metric: keyof typeof fleetMetrics) => lines.flatMap((line) => (metric in line ? [line[metric]] : [])),
    measured: (metric: keyof typeof fleetMetrics) => lines.filter((line) => metric in line),
    run: (arn: string, status: ExecutionStatus, changes: Partial<DescribedExecution> = {}) => {
      executions.set(arn, {
        executionArn: arn,
        stateMachineArn: arn.replace(':execution:', ':stateMachine:').replace(/:[^:]*$/, ''),
        name: arn.split(':').at(-1),
        status,
        startDate: new Date('2026-01-01T11:50:00Z'),
        input: JSON.stringify(aLaunch()),
        redriveCount: 0,
        redriveStatus: status === 'FAILED' ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
        ...(status !== 'RUNNING' && { stopDate: new Date('2026-01-01T12:00:00Z') }),
        ...changes,
      });
    },
    claim: async (member: Member) => {
      await ledger.claim({ ...member, at: member.claimedAt });
      const { phase, inServiceAt, targetGroups } = member;
      await ledger.update(member, {
        phase,
        ...(inServiceAt !== undefined && { inServiceAt }),
        ...(targetGroups !== undefined && { targetGroups }),
      });
    },
    hold: (hold: Hold) => keep(hold, (one) => ledger.saveHold(one)),
    reserve: (reserve: Reserve) => keep(reserve, (one) => ledger.saveReserve(one)),
    group: (name: string, states: Readonly<Record<string, string>>, changes: Partial<AutoScalingGroup> = {}) => {
      const Instances = Object.entries(states).map(([InstanceId, LifecycleState]) => ({ InstanceId, LifecycleState }));
      world.groups.set(name, {
        AutoScalingGroupName: name,
        Instances: Instances as AutoScalingGroup['Instances'],
        ...changes,
      });
    },
  };

  /** A record is stored as the one after that which is there: up to its revision. */
  async function keep<Kind extends { revision: number }>(record: Kind, save: (one: Kind) => Promise<void>) {
    for (let revision = 1; revision <= record.revision; revision += 1) await save({ ...record, revision });
  }

  function find(executionArn: string | undefined): DescribedExecution {
    const found = executions.get(executionArn ?? '');
    if (found === undefined) throw named('ExecutionDoesNotExist', 'no such execution');
    return found;
  }

  const answers = {
    describeAutoScalingGroups: ({ AutoScalingGroupNames = [] }) => ({
      AutoScalingGroups: (AutoScalingGroupNames as string[]).flatMap((name) => world.groups.get(name) ?? []),
    }),
    describeAutoScalingInstances: ({ InstanceIds = [] }) => ({
      AutoScalingInstances: (InstanceIds as string[]).flatMap((InstanceId) => {
        const hidden = world.hiddenStates.get(InstanceId);
        return hidden ? [{ InstanceId, AutoScalingGroupName: hidden.group, LifecycleState: hidden.state }] : [];
      }),
    }),
    describeLifecycleHooks: () => {
      if (world.hooks instanceof Error) throw world.hooks;
      return { LifecycleHooks: world.hooks };
    },
    describeWarmPool: () => ({ Instances: [] }),
    recordLifecycleActionHeartbeat: () => {
      if (world.heartbeat !== undefined) throw world.heartbeat;
      return {};
    },
    completeLifecycleAction: () => ({}),
    describeInstances: ({ Filters = [], InstanceIds, NextToken }: DescribeInstancesCommandInput) => {
      const unknown = InstanceIds?.find((id) => !world.instances.has(id));
      if (unknown !== undefined)
        throw named('InvalidInstanceID.NotFound', `The instance ID '${unknown}' does not exist`);
      const asked = [...Filters.flatMap(({ Values = [] }) => Values), ...(InstanceIds ?? [])];
      const wanted = asked.filter((id) => world.instances.has(id));
      const from = Number(NextToken ?? 0);
      const more = from + world.pageSize < wanted.length ? { NextToken: String(from + world.pageSize) } : {};
      const Instances = wanted
        .slice(from, from + world.pageSize)
        .map((InstanceId) => ({ InstanceId, State: { Name: world.instances.get(InstanceId) } }));
      return { Reservations: [{ Instances }], ...more };
    },
    startExecution: ({ stateMachineArn: machine, name, input }: Record<string, unknown>) => {
      const arn = `${String(machine).replace(':stateMachine:', ':execution:')}:${String(name)}`;
      if (executions.has(arn)) throw named('ExecutionAlreadyExists', 'it exists');
      world.run(arn, 'RUNNING', { input: String(input), startDate: clock.now() });
      return { executionArn: arn };
    },
    stopExecution: ({ executionArn, error, cause }: Record<string, unknown>) => {
      Object.assign(find(String(executionArn)), { status: 'ABORTED', error, cause, stopDate: clock.now() });
      return {};
    },
    redriveExecution: ({ executionArn }: Record<string, unknown>) => {
      const found = find(String(executionArn));
      Object.assign(found, { status: 'RUNNING', redriveCount: (found.redriveCount ?? 0) + 1 });
      return {};
    },
    describeExecution: ({ executionArn }: Record<string, unknown>) => ({ ...find(String(executionArn)) }),
    listExecutions: ({ stateMachineArn: machine }: Record<string, unknown>) => ({
      executions: [...executions.values()].filter(
        ({ stateMachineArn: its, status }) => its === machine && status === 'RUNNING',
      ),
    }),
    getExecutionHistory: () => ({ events: [] }),
    publish: (input: Record<string, unknown>) => {
      world.published.push(input as unknown as PublishCommandInput);
      return {};
    },
  };

  /** Each API by its name: what is asked is on record before it is answered. */
  const aws = Object.fromEntries(
    Object.entries(answers).map(([api, answer]) => [
      api,
      async (input: Record<string, unknown>) => {
        world.calls.push({ api, input });
        return (answer as (asked: Record<string, unknown>) => unknown)(input);
      },
    ]),
  );

  const deps = {
    clock,
    log: jsonLogger(write),
    metrics: embeddedMetrics({ namespace: 'Test', definitions: fleetMetrics, clock, write }),
    topicArn: 'arn:aws:sns:eu-central-1:123456789012:muster',
    deployment: 'muster',
    stateMachineArn,
    releaseArn,
    ledger,
    settings: {
      list: async () => [...world.settings.keys()],
      read: async (group: string) => {
        const found = world.settings.get(group) ?? new Error(`no settings of ${group}`);
        if (found instanceof Error) throw found;
        return found;
      },
    },
    autoScaling: aws,
    ec2: aws,
    stepFunctions: aws,
    sns: aws,
  } as unknown as ReconcileDeps;
  return { world, deps };
}

export type World = ReturnType<typeof createWorld>['world'];

export function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** As Auto Scaling answers where nothing waits for that hook. */
export const noActiveAction = named('ValidationError', 'No active Lifecycle Action found with instance ID i-0a1b2c3d');
