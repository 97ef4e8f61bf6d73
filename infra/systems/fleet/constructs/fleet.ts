import { join } from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { heartbeatsOf } from '../../../../functions/fleet/contracts/heartbeats';
import { jenkinsUrlsOf } from '../../../../functions/fleet/contracts/jenkins-urls';
import { identityText } from '../../../../functions/fleet/domain/identity';
import type { ManagedGroup } from '../config/managed-group';
import type { FormerResources, FunctionName, PermissionScope } from '../function-permissions';
import { FleetFunction, unexpectedErrors, type FleetFunctionProps } from './fleet-function';
import { fleetPermissions } from '../permissions/of-stack';
import { fleetFunctionNames, specOf, type EnvironmentName, type FunctionSpec, type WorkflowName } from '../functions';
import type { JenkinsNetwork } from './jenkins-network';
import { maxEventAgeSeconds } from './lifecycle-events';
import type { LedgerTable } from './ledger';
import type { Notifications } from '../../../constructs/notifications';
import { Workflow } from '../../../constructs/workflow';
import type { Common } from '../../system';

const stateMachines = join(__dirname, '../../../../statemachines/fleet');

export interface FleetProps {
  readonly ledger: LedgerTable;
  readonly groups: readonly ManagedGroup[];
  /** What releases may clean up besides. */
  readonly formerly: FormerResources;
  /** What the names of the settings parameters begin with. */
  readonly settingsPrefix: string;
  readonly codeOf: (name: FunctionName) => Code;
  readonly common: Pick<Common, 'logRetention' | 'chat'>;
  /** The topic that notifies people. */
  readonly notifications: Notifications;
  /** Where the functions that talk to Jenkins run; without it they run outside of any VPC. */
  readonly network?: JenkinsNetwork;
}

/** A function that is called by events, with what it failed to do. */
export interface Trigger {
  readonly function: FleetFunction['function'];
  readonly deadLetters: IQueue;
}

/** The functions and the workflows that call them. */
export class Fleet extends Construct {
  readonly workflows: Readonly<Record<WorkflowName, Workflow>>;
  readonly triggers: Readonly<Record<string, Trigger>>;
  /** What steps failed with that they have no name for. */
  readonly bugs: Metric;
  /** What the permissions of its functions are narrowed to. */
  readonly scope: PermissionScope;
  /** The identity of the deployment, as its functions get it. */
  readonly identity: string;
  readonly #functions = new Map<FunctionName, FleetFunction>();

  constructor(scope: Construct, id: string, props: FleetProps) {
    super(scope, id);
    const { ledger, groups, settingsPrefix, notifications } = props;
    const permissions = fleetPermissions(Stack.of(this), {
      tableArn: ledger.table.tableArn,
      settingsPrefix,
      notifications: { topicArn: notifications.topic.topicArn, keyArn: notifications.key.keyArn },
      groups: groups.map(({ settings }) => settings),
      formerly: props.formerly,
    });
    this.scope = permissions;
    const { partition, account, region, stackName } = Stack.of(this);
    this.identity = identityText({ partition, account, region, deployment: stackName });
    const environment = {
      SETTINGS_PREFIX: settingsPrefix,
      LEDGER_TABLE: ledger.table.tableName,
      DEPLOYMENT: this.identity,
      TOPIC_ARN: notifications.topic.topicArn,
      CHAT: props.common.chat ? 'yes' : 'no',
      JENKINS_URLS: JSON.stringify(jenkinsUrlsOf(groups.map(({ settings }) => settings))),
      HEARTBEATS: JSON.stringify(heartbeatsOf(groups)),
    };
    this.#make('workflow', props, permissions, environment);
    this.workflows = {
      'scale-out': this.#workflow('ScaleOut', 'scale-out', props),
      release: this.#workflow('Release', 'release', props),
    };
    // Last: they start the workflows, and get their ARNs.
    const told = { ...environment, RELEASE_ARN: this.workflows.release.stateMachine.stateMachineArn };
    this.#make('events', props, permissions, told);
    this.#make('schedule', props, permissions, told);
    const { metricNamespace: namespace, metricName } = unexpectedErrors(Stack.of(this).stackName);
    this.bugs = new Metric({ namespace, metricName, statistic: 'Sum', period: Duration.minutes(5) });
    this.triggers = Object.fromEntries(
      [...this.#functions].flatMap(([name, one]) =>
        one.deadLetters === undefined ? [] : [[name, { function: one.function, deadLetters: one.deadLetters }]],
      ),
    );
  }

  /** @param name of its folder in `functions/fleet`, such as `claim-index`. */
  functionOf(name: string): FleetFunction {
    const found = this.#functions.get(name as FunctionName);
    if (found === undefined) throw new TypeError(`no function ${name}: add it to infra/systems/fleet/functions.ts`);
    return found;
  }

  #workflow(id: string, workflow: WorkflowName, { common }: FleetProps): Workflow {
    return new Workflow(this, id, {
      workflow,
      file: join(stateMachines, `${workflow}.asl.json`),
      functionOf: (name) => this.functionOf(name).function,
      logRetention: common.logRetention,
    });
  }

  #make(
    calledBy: FunctionSpec['calledBy'],
    props: FleetProps,
    permissions: PermissionScope,
    environment: Partial<Record<EnvironmentName, string>>,
  ): void {
    const shared: Omit<FleetFunctionProps, 'functionName' | 'code'> = {
      environment,
      permissions,
      logRetention: props.common.logRetention,
      maxEventAge: Duration.seconds(
        Math.min(...props.groups.map(({ heartbeatSeconds }) => maxEventAgeSeconds(heartbeatSeconds))),
      ),
      ...(props.network === undefined ? {} : { placement: props.network.placement }),
    };
    for (const functionName of fleetFunctionNames.filter((name) => specOf(name).calledBy === calledBy)) {
      const one = new FleetFunction(this, functionName, {
        ...shared,
        environment: { ...environment, ...this.#workflowOf(functionName) },
        functionName,
        code: props.codeOf(functionName),
      });
      // A function that cannot reach AWS yet serves no event: what comes after it comes after the endpoints, too.
      if (props.network !== undefined && specOf(functionName).inVpc === true) one.node.addDependency(props.network);
      this.#functions.set(functionName, one);
    }
  }

  /** What a function gets of the workflow that it is for. */
  #workflowOf(functionName: FunctionName): Partial<Record<EnvironmentName, string>> {
    const { workflow } = specOf(functionName);
    return workflow === undefined ? {} : { STATE_MACHINE_ARN: this.workflows[workflow].stateMachine.stateMachineArn };
  }
}
