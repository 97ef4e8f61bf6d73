import { failedExecutionPattern, lifecycleActionPattern } from '../../../../functions/fleet/contracts/event-patterns';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JenkinsSettings } from '../../../../functions/fleet/contracts/settings';
import { makeHandler as reconcile } from '../../../../functions/fleet/triggers/reconcile/handler';
import {
  makeHandler as reportOutcome,
  type OutcomeResult,
} from '../../../../functions/fleet/triggers/report-outcome/handler';
import { makeHandler as startRelease } from '../../../../functions/fleet/triggers/start-release/handler';
import { makeHandler as startScaleOut } from '../../../../functions/fleet/triggers/start-scale-out/handler';
import { NamedError } from '../../../../functions/shared/named-error';
import { identityText, type Identity } from '../../../../functions/fleet/domain/identity';
import type { TriggerResult } from '../../../../functions/fleet/triggers/trigger';
import type {
  AutoScaling,
  Ec2,
  ElasticLoadBalancing,
  Route53,
  SettingsStore,
  Sns,
  StepFunctions,
} from '../../../../functions/fleet/ports/aws';
import type { BuildEnds, Jenkins } from '../../../../functions/fleet/ports/jenkins';
import type { Ledger } from '../../../../functions/fleet/ledger/port';
import type { FleetMetrics } from '../../../../functions/fleet/contracts/metrics';
import type { Logger } from '../../../../functions/shared/runtime';
import type { Random } from '../../../../functions/shared/random';
import type { LabClock } from '../../kernel/clock';
import { lambdaTasks, loadStateMachine, type Engine, type LambdaFunction, type StateMachine } from '../../engine';
import { bindOperations, type Operations } from './operations';
import { makeSteps } from './steps';
import type { Region } from '../../region';
import { Schedule } from '../../region/event-bridge/schedule';

/** Everything that the functions reach the world through; in AWS these are the adapters. */
export interface Ports {
  readonly autoScaling: AutoScaling;
  readonly ec2: Ec2;
  readonly route53: Route53;
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  readonly settings: SettingsStore;
  readonly ledger: Ledger;
  /** As the functions call it. That the state machines call the functions is not a call of this port. */
  readonly stepFunctions: StepFunctions;
  readonly sns: Sns;
  readonly jenkins: (settings: JenkinsSettings) => Jenkins & BuildEnds;
}

export interface MusterOptions {
  readonly clock: LabClock;
  readonly random: Random;
  /** Names the deployment, its machines, rules and topics, as the stack's name does in AWS. Default `muster`. */
  readonly stackName?: string;
  readonly region: Region;
  /** Without machines; `ports.stepFunctions` stands on it. */
  readonly engine: Engine;
  readonly ports: Ports;
  readonly log: Logger;
  readonly metrics?: FleetMetrics;
  /** Instead of `statemachines/fleet/scale-out.asl.json`, for a test of another machine. */
  readonly scaleOut?: string;
  /** Instead of `statemachines/fleet/release.asl.json`. */
  readonly release?: string;
  /** Puts something between the state machine and its functions. */
  readonly interceptStep?: StepInterceptor;
  /** Puts something between what calls them (a bus, a topic, a schedule) and the functions that are no steps. */
  readonly interceptTrigger?: TriggerInterceptor;
}

/** `name`: of the function's folder. */
export type TriggerInterceptor = <Answer>(
  name: string,
  run: (event: unknown) => Promise<Answer>,
) => (event: unknown) => Promise<Answer>;

export type StepInterceptor = (step: string, run: LambdaFunction) => LambdaFunction;

/** Muster, deployed into the lab. */
export interface Muster {
  /** Which one it is, of those that are beside one another. */
  readonly identity: Identity;
  readonly engine: Engine;
  /** Of the state machine of launches. */
  readonly stateMachineArn: string;
  /** The step functions, by the name that the state machine has for them. */
  readonly steps: Readonly<Record<string, LambdaFunction>>;
  /** Of the state machine that takes away what an instance holds. */
  readonly releaseArn: string;
  /** Of the topic for people. `region.topics.publishedTo` has the messages. */
  readonly topicArn: string;
  /** The triggers, as EventBridge and SNS call them. */
  readonly startScaleOut: (message: unknown) => Promise<TriggerResult[]>;
  readonly startRelease: (message: unknown) => Promise<TriggerResult[]>;
  readonly reportOutcome: (event: unknown) => Promise<OutcomeResult>;
  /** Calls `reconcile` once a minute. */
  readonly reconciler: Schedule;
  /** What an operator can do. */
  readonly operations: Operations;
}

type Workflow = 'scale-out' | 'release';

/** A real state machine, as it stands on disk. */
export function definitionOf(workflow: Workflow): string {
  return readFileSync(join(__dirname, `../../../../statemachines/fleet/${workflow}.asl.json`), 'utf8');
}

const loadedMachines = new Map<string, StateMachine>();

/** To check and compile a definition takes longer than a small launch, and what comes out can be shared by all labs. */
function loadOnce(name: Workflow, definition: string, substitutions: Record<string, string>): StateMachine {
  const key = JSON.stringify([name, definition, substitutions]);
  const loaded = loadedMachines.get(key) ?? loadStateMachine(definition, { name, substitutions, strict: true });
  loadedMachines.set(key, loaded);
  return loaded;
}

/**
 * Deploys Muster: the real state machines into the engine, the real handlers behind them, and the rules that call
 * them. This is the lab's counterpart to the functions' `index.ts` and to the CDK stack.
 */
export function deployMuster(options: MusterOptions): Muster {
  const { engine, region, ports, log } = options;
  const named = nameIn(options);
  const { partition } = region.context;
  const steps = stepsOf(options);
  const machine = (workflow: Workflow, definition: string) => {
    const substitutions = substitutionsIn(definition, partition, Object.keys(steps));
    const loaded = loadOnce(workflow, definition, substitutions);
    return engine.createStateMachine(loaded, { name: named(workflow), tasks: lambdaTasks(steps) });
  };
  const stateMachineArn = machine('scale-out', options.scaleOut ?? definitionOf('scale-out'));
  const releaseArn = machine('release', options.release ?? definitionOf('release'));

  const topicArn = region.topics.create(`${options.stackName ?? 'muster'}-notifications`);
  engine.on('status', (event) => region.bus.publish({ ...event, detail: { ...event.detail } }));

  const { clock, metrics = unread } = options;
  const deps = { ...ports, clock, log, metrics, topicArn, stateMachineArn, releaseArn };
  const { interceptTrigger = asItIs } = options;
  const start = interceptTrigger('start-scale-out', startScaleOut(deps));
  const release = interceptTrigger('start-release', startRelease({ ...deps, stateMachineArn: releaseArn }));
  const report = interceptTrigger('report-outcome', reportOutcome(deps));
  putRules(region, named, stateMachineArn, { start, release, report });
  const reconciler = new Schedule(region.context, {
    name: named('every-minute'),
    minutes: 1,
    target: interceptTrigger('reconcile', reconcile({ ...deps, deployment: identityText(identityOf(options)) })),
  });
  return {
    identity: identityOf(options),
    engine,
    stateMachineArn,
    releaseArn,
    topicArn,
    steps,
    startScaleOut: start,
    startRelease: release,
    reportOutcome: report,
    reconciler,
    operations: bindOperations(deps),
  };
}

/** What two deployments in one region must have names of their own for. The one that is alone has short ones. */
function nameIn({ stackName = 'muster' }: MusterOptions): (name: string) => string {
  return (name) => (stackName === 'muster' ? name : `${stackName}-${name}`);
}

/** The counterpart to the functions' environment variable `DEPLOYMENT`. */
function identityOf({ region, stackName = 'muster' }: MusterOptions): Identity {
  const { partition, account, name } = region.context;
  return { partition, account, region: name, deployment: stackName };
}

type Target = (event: unknown) => unknown;

/** The rules of the stack: what receives launches, terminations, and launches that have failed. */
function putRules(
  { bus, context }: Region,
  named: (name: string) => string,
  stateMachineArn: string,
  targets: Readonly<Record<'start' | 'release' | 'report', Target>>,
): void {
  const place = { account: context.account, region: context.name };
  const lifecycleActions = (kind: 'launch' | 'terminate', target: Target) =>
    bus.putRule({ name: named(kind), pattern: lifecycleActionPattern(place, kind), target });
  lifecycleActions('launch', targets.start);
  lifecycleActions('terminate', targets.release);
  bus.putRule({
    name: named('outcomes'),
    pattern: failedExecutionPattern(place, stateMachineArn),
    target: targets.report,
  });
}

/** What a definition's placeholders stand for. Only those that it has: the engine refuses what nothing uses. */
function substitutionsIn(definition: string, partition: string, steps: readonly string[]): Record<string, string> {
  const values = new Map([
    ['LambdaInvoke', `arn:${partition}:states:::lambda:invoke`],
    ...steps.map((step): [string, string] => [step, step]),
  ]);
  const names = [...definition.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
  return Object.fromEntries(
    names.map((name) => {
      const value = values.get(name);
      if (value === undefined) {
        const text = `a state machine calls ${name}: wire the function to the lab in infra/lab/systems/fleet/steps.ts`;
        throw new NamedError('StepNotInLab', text, { fault: 'bug' });
      }
      return [name, value];
    }),
  );
}

function stepsOf(options: MusterOptions): Record<string, LambdaFunction> {
  const { ports, clock, random, log, metrics = unread, interceptStep } = options;
  const steps = makeSteps({ ...ports, clock, random, log, metrics, identity: identityOf(options) });
  if (interceptStep === undefined) return steps;
  return Object.fromEntries(Object.entries(steps).map(([step, run]) => [step, interceptStep(step, run)]));
}

const asItIs: TriggerInterceptor = (_, run) => run;

const unread: FleetMetrics = { count: () => undefined, duration: () => undefined };
