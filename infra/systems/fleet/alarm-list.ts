import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { metricNamespace, type FleetMetric } from '../../../functions/fleet/contracts/metrics';
import type { AlarmEntry } from '../../constructs/alarms';

/** What is watched. */
export interface AlarmSubjects {
  readonly workflows: Readonly<Record<string, IStateMachine>>;
  /** The functions that are called by events, each with its queue. */
  readonly triggers: Readonly<Record<string, { readonly function: IFunction; readonly deadLetters: IQueue }>>;
  /** The function that looks at everything once a minute. */
  readonly reconciler: IFunction;
  readonly undelivered: IQueue;
  /** What steps failed with that they have no name for. */
  readonly bugs: IMetric;
  /** The identity of the deployment, as its functions get it. */
  readonly deployment: string;
  /** Names of the managed groups. */
  readonly groups: readonly string[];
}

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** Every alarm there is. A new one is an entry here and a heading in RUNBOOK.md; a test keeps the two in step. */
export function alarmList(watched: AlarmSubjects): AlarmEntry[] {
  return [
    ...ofWorkflows(watched),
    ...ofTriggers(watched),
    ...ofReconciler(watched),
    ...watched.groups.flatMap(ofOneGroup),
  ];
}

function ofWorkflows({ workflows }: AlarmSubjects): AlarmEntry[] {
  const all = Object.entries(workflows);
  return [
    ...all.flatMap(([about, machine]) =>
      ends(machine, 'Failed', about).map((end) => ({
        ...end,
        heading: 'Execution failed',
        says: 'A step has failed and its instance waits for an operator: retry or abandon.',
        threshold: 1,
        outOf: 5,
      })),
    ),
    ...all.flatMap(([about, machine]) =>
      ends(machine, 'TimedOut', about).map((end) => ({
        ...end,
        heading: 'Execution timed out',
        says: 'An execution ran for longer than any lifecycle hook lasts.',
        threshold: 1,
        outOf: 5,
      })),
    ),
    ...all.map(([about, machine]) => ({
      heading: 'State transitions throttled',
      about,
      says: 'Step Functions slows launches down: the account makes more state transitions than its quota.',
      metric: machine.metricThrottled({ statistic: 'Sum', period: fiveMinutes }),
      threshold: 10,
    })),
  ];
}

function ofTriggers({ triggers, undelivered, bugs }: AlarmSubjects): AlarmEntry[] {
  const all = Object.entries(triggers);
  return [
    {
      heading: 'Event undelivered',
      says: 'EventBridge could not deliver a launch or a termination event: no workflow runs for that instance.',
      metric: messagesIn(undelivered),
      threshold: 1,
    },
    ...all.map(([about, { deadLetters }]) => ({
      heading: 'Dead letter',
      about,
      says: 'The function gave up on an event after three attempts.',
      metric: messagesIn(deadLetters),
      threshold: 1,
    })),
    ...all.map(([about, trigger]) => ({
      heading: 'Function error',
      about,
      says: 'The function threw. Lambda tries again twice before the event becomes a dead letter.',
      metric: trigger.function.metricErrors({ statistic: 'Sum', period: fiveMinutes }),
      threshold: 1,
    })),
    {
      heading: 'Function error',
      about: 'steps',
      says: 'A step threw an error without a name: a bug, or an unexpected answer of AWS.',
      metric: bugs,
      threshold: 1,
    },
  ];
}

function ofReconciler({ reconciler, deployment }: AlarmSubjects): AlarmEntry[] {
  return [
    {
      heading: 'Function error',
      about: 'reconcile',
      says: 'A run of the reconciler could not do everything that was missing.',
      metric: reconciler.metricErrors({ statistic: 'Sum', period: fiveMinutes }),
      threshold: 1,
    },
    {
      heading: 'Reconciler silent',
      says: 'Nothing sends heartbeats: instances that wait or are held are abandoned when the heartbeat timeout ends.',
      metric: goodRuns(reconciler),
      threshold: 1,
      listensFor: 'silence',
    },
    {
      heading: 'Group taken out',
      says: 'A group is no longer in the configuration, and instances of it hold numbers and names that no release frees.',
      // In three runs of five: the list of settings may be read a moment before a change is everywhere.
      metric: deploymentMetric('MembersTakenOut', deployment, 'SampleCount'),
      threshold: 3,
    },
    {
      heading: 'Waiting unserved',
      says: 'Instances wait in a lifecycle hook, and no launch, release, hold or breaker says why.',
      // In all runs of a period: the reconciler serves an instance whose event was lost within two minutes.
      metric: deploymentMetric('WaitingUnserved', deployment, 'Minimum'),
      threshold: 1,
    },
  ];
}

function ofOneGroup(about: string): AlarmEntry[] {
  return [
    {
      heading: 'Members held',
      about,
      says: 'Instances of the group are on hold after a failure, until an operator acts or the hold ends.',
      metric: groupMetric('HeldMembers', about),
      threshold: 1,
    },
    {
      heading: 'Members detached',
      about,
      says: 'Instances have left the group without being terminated, and keep their numbers and names.',
      // In all runs of a period: an instance whose end AWS reports a moment late does not count.
      metric: groupMetric('DetachedMembers', about, 'Minimum'),
      threshold: 1,
    },
    {
      heading: 'Hooks missing',
      about,
      says: 'A hook of the group is missing, or not as deployed: its launches may go into service without Muster.',
      // In all runs of a period: during a deployment a hook differs for a moment.
      metric: groupMetric('HookFaults', about, 'Minimum'),
      threshold: 1,
    },
    {
      heading: 'Builds left',
      about,
      says: 'A build may still run in Jenkins for an instance that is gone, by a name that the next one gets.',
      metric: groupMetric('BuildsLeft', about, 'Sum'),
      threshold: 1,
    },
    {
      heading: 'Breaker open',
      about,
      says: 'Several launches of the group in a row have failed; no more instances are abandoned.',
      metric: groupMetric('BreakerOpen', about),
      threshold: 1,
    },
  ];
}

/**
 * Step Functions counts executions that were redriven under names of their own, so each end has two alarms. A sum of
 * both in one expression needs FILL, since mostly only one of them has values; and where values come a minute late,
 * FILL takes the newest minute for 0, and an alarm that looks at that minute never sounds.
 *
 * Source: CloudWatch user guide, "Using metric math", FILL, and its note on alarms.
 */
function ends(
  machine: IStateMachine,
  end: 'Failed' | 'TimedOut',
  about: string,
): Pick<AlarmEntry, 'about' | 'metric'>[] {
  const metric = (name: string) => machine.metric(name, { statistic: 'Sum', period: minute });
  return [
    { about, metric: metric(`Executions${end}`) },
    { about: `${about}, redriven`, metric: metric(`RedrivenExecutions${end}`) },
  ];
}

function goodRuns(reconciler: IFunction): IMetric {
  const ofRuns = { statistic: 'Sum', period: fiveMinutes };
  return new MathExpression({
    expression: 'runs - errors',
    usingMetrics: { runs: reconciler.metricInvocations(ofRuns), errors: reconciler.metricErrors(ofRuns) },
    period: fiveMinutes,
    label: 'Runs without an error',
  });
}

function messagesIn(queue: IQueue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: fiveMinutes });
}

/** A metric that the functions write themselves, of one group. */
export function groupMetric(metricName: FleetMetric, Group: string, statistic = 'Maximum'): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { Group },
    statistic,
    period: fiveMinutes,
  });
}

/** The same, of the deployment as a whole. */
export function deploymentMetric(metricName: FleetMetric, Deployment: string, statistic: string): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { Deployment },
    statistic,
    period: fiveMinutes,
  });
}
