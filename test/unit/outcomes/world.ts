import type { GetExecutionHistoryCommandInput, HistoryEvent } from '@aws-sdk/client-sfn';
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { StepError } from '../../../functions/fleet/contracts/errors';
import { fleetMetrics } from '../../../functions/fleet/contracts/metrics';
import type { GroupSettings } from '../../../functions/fleet/contracts/settings';
import type { LaunchExecution } from '../../../functions/fleet/domain/launch-execution';
import type { OutcomeDeps } from '../../../functions/fleet/outcomes/settle';
import type { Member } from '../../../functions/fleet/ledger/port';
import { jsonLogger, embeddedMetrics } from '../../../functions/shared/runtime';
import { createMemoryLedger } from '../../../infra/lab/region/ledger/memory-ledger';
import { someSettings } from '../../support/launches';
import { aMember, anExecution } from '../../support/sightings';

export const topicArn = 'arn:aws:sns:eu-central-1:123456789012:muster';

/** A launch whose deploy has failed at 12:00. */
export const failedLaunch = anExecution({
  status: 'FAILED',
  redrivable: true,
  stoppedAt: new Date('2026-01-01T12:00:00Z'),
  error: 'BuildFailed',
  cause: JSON.stringify({ errorType: 'BuildFailed', errorMessage: 'deploy #1 FAILURE after 20 s\nconnection refused' }),
});

/** The last events of a launch that stopped in `Deploy`, newest first. */
export const deployFailed: HistoryEvent[] = [
  { id: 9, type: 'ExecutionFailed', timestamp: new Date(0) },
  { id: 8, type: 'TaskFailed', timestamp: new Date(0) },
  { id: 7, type: 'TaskScheduled', timestamp: new Date(0) },
  { id: 6, type: 'TaskStateEntered', timestamp: new Date(0), stateEnteredEventDetails: { name: 'Deploy' } },
  { id: 5, type: 'TaskStateExited', timestamp: new Date(0), stateExitedEventDetails: { name: 'Provision' } },
  { id: 4, type: 'TaskStateEntered', timestamp: new Date(0), stateEnteredEventDetails: { name: 'Provision' } },
];

const hooks = [
  { LifecycleHookName: 'muster-launch', GlobalTimeout: 172_800 },
  { LifecycleHookName: 'muster-terminate', GlobalTimeout: 60 },
];

type Call = 'saveHold' | 'saveBreaker' | 'publish';

/** `web-01` in `Pending:Wait`, two seconds after its launch has failed, and everything that can be asked about it. */
export async function createWorld() {
  let now = Date.parse('2026-01-01T12:00:02Z');
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const clock = { now: () => new Date(now) };
  const ledger = createMemoryLedger();
  const world = {
    settings: someSettings() as GroupSettings | Error,
    ledger,
    states: new Map([['i-0a1b2c3d', 'Pending:Wait']]),
    hooks,
    executions: [failedLaunch] as LaunchExecution[],
    history: [deployFailed],
    historyCalls: [] as GetExecutionHistoryCommandInput[],
    published: [] as PublishCommandInput[],
    /** What is done, in order. */
    order: [] as string[],
    /** Comes in before a call has its effect; each entry once. */
    before: {} as Partial<Record<Call, (() => unknown) | undefined>>,
    /** Comes in after it, before its answer. */
    after: {} as Partial<Record<Call, (() => unknown) | undefined>>,
    pass: (minutes: number) => (now += minutes * 60_000),
    /** The instance as this member from now on, or as none. */
    become: async (member: Member | undefined) => {
      const was = await ledger.member('web', 'i-0a1b2c3d');
      if (was !== undefined) await ledger.free(was, 'a test', was.claimedAt);
      if (member === undefined) return;
      await ledger.claim({ ...member, at: member.claimedAt });
      await ledger.update(member, { phase: member.phase });
    },
    hold: () => ledger.findHold('web', 'i-0a1b2c3d'),
    breaker: () => ledger.breaker('web'),
    counted: (metric: keyof typeof fleetMetrics) => lines.filter((line) => metric in line).length,
    logs: () => lines.filter((line) => !('_aws' in line)),
  };
  const effect = async (call: Call, what: () => Promise<void> | void) => {
    const { before, after } = world;
    const [early, late] = [before[call], after[call]];
    before[call] = undefined;
    after[call] = undefined;
    await early?.();
    await what();
    await late?.();
  };
  const deps: OutcomeDeps = {
    clock,
    log: jsonLogger(write),
    metrics: embeddedMetrics({ namespace: 'Test', definitions: fleetMetrics, clock, write }),
    topicArn,
    ledger: {
      member: (...who) => ledger.member(...who),
      findReserve: (...who) => ledger.findReserve(...who),
      findHold: (...who) => ledger.findHold(...who),
      breaker: (group) => ledger.breaker(group),
      removeHold: (...which) => ledger.removeHold(...which),
      saveHold: (hold) =>
        effect('saveHold', async () => {
          await ledger.saveHold(hold);
          world.order.push(`hold ${hold.report.state}`);
        }),
      saveBreaker: (breaker) =>
        effect('saveBreaker', async () => {
          await ledger.saveBreaker(breaker);
          world.order.push(`breaker ${breaker.report?.state ?? breaker.failed.length}`);
        }),
    },
    settings: {
      read: async () => {
        if (world.settings instanceof Error) throw world.settings;
        return world.settings;
      },
    },
    autoScaling: {
      describeAutoScalingInstances: async ({ InstanceIds = [] }) => ({
        AutoScalingInstances: InstanceIds.flatMap((InstanceId) => {
          const LifecycleState = world.states.get(InstanceId);
          return LifecycleState === undefined
            ? []
            : [
                {
                  InstanceId,
                  AutoScalingGroupName: 'web',
                  LifecycleState,
                  AvailabilityZone: 'a',
                  HealthStatus: 'HEALTHY',
                  ProtectedFromScaleIn: false,
                },
              ];
        }),
      }),
      describeLifecycleHooks: async () => ({ LifecycleHooks: world.hooks }),
    },
    stepFunctions: {
      describeExecution: async ({ executionArn }) => {
        const found = world.executions.find(({ arn }) => arn === executionArn);
        if (found === undefined) throw Object.assign(new Error('no such execution'), { name: 'ExecutionDoesNotExist' });
        return described(found);
      },
      getExecutionHistory: async (input) => {
        world.historyCalls.push(input);
        const page = Number(input.nextToken ?? 0);
        const more = page + 1 < world.history.length ? { nextToken: String(page + 1) } : {};
        return { events: world.history[page], ...more };
      },
    },
    sns: {
      publish: async (input) => {
        await effect('publish', () => {
          world.published.push(input);
          world.order.push(`publish ${input.Subject ?? ''}`);
        });
        return {};
      },
    },
  };
  await world.become(aMember());
  return { world, deps };
}

/** An error that SSM, SNS and the others give when they do not answer. */
export function noAnswer(): Error {
  return Object.assign(new Error('no answer'), { name: 'TimeoutError' });
}

export function wrongSettings(): StepError {
  return new StepError('SettingsInvalid', 'the settings have mistakes:\nholdMinutes: got "soon"');
}

function described(execution: LaunchExecution) {
  const { arn, name, status, startedAt, stoppedAt, redrives, redrivable, input: launch, error, cause } = execution;
  return {
    executionArn: arn,
    stateMachineArn: arn.replace(':execution:', ':stateMachine:').replace(/:[^:]*$/, ''),
    name,
    status: status as 'FAILED',
    startDate: startedAt,
    ...(stoppedAt && { stopDate: stoppedAt }),
    redriveCount: redrives,
    redriveStatus: redrivable ? ('REDRIVABLE' as const) : ('NOT_REDRIVABLE' as const),
    input: launch === undefined ? 'none of ours' : JSON.stringify(launch),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}
