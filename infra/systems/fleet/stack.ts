import { CfnOutput, CfnResource, Stack } from 'aws-cdk-lib';
import { Construct, type IDependable } from 'constructs';
import { settingsParameterName } from '../../../functions/fleet/adapters/aws/parameter-settings';
import { heartbeatsOf } from '../../../functions/fleet/contracts/heartbeats';
import { jenkinsUrlsOf } from '../../../functions/fleet/contracts/jenkins-urls';
import { deploymentParameterName } from '../../../functions/fleet/contracts/deployment';
import type { FleetSection } from './config';
import type { ManagedGroup } from './config/managed-group';
import { alarmList, type AlarmSubjects } from './alarm-list';
import { Alarms, type AlarmsProps } from '../../constructs/alarms';
import { DeploymentParameter } from './constructs/deployment-parameter';
import { Demonstration } from './constructs/demonstration';
import { EveryMinute } from '../../constructs/every-minute';
import { Fleet } from './constructs/fleet';
import { FleetDashboard } from './constructs/dashboard';
import { JenkinsNetwork } from './constructs/jenkins-network';
import { launches, terminations, type LifecycleKind } from './constructs/lifecycle';
import { LifecycleEvents } from './constructs/lifecycle-events';
import { LifecycleHook } from './constructs/lifecycle-hook';
import { LedgerTable } from './constructs/ledger';
import { Notifications } from '../../constructs/notifications';
import { OperatorPolicies } from './constructs/operator-policies';
import { OutcomeEvents } from './constructs/outcome-events';
import { SettingsParameter } from './constructs/settings-parameter';
import { UndeliveredEvents } from './constructs/undelivered-events';
import type { SystemDeps } from '../system';

interface Events {
  readonly kind: LifecycleKind;
  readonly rules: LifecycleEvents;
}

/** Muster in one account and region, with a hook on each group that it manages. */
export class MusterStack extends Stack {
  constructor({ app, common, codeOf }: SystemDeps, section: FleetSection) {
    const { stackName, account, region } = common;
    super(app, stackName, {
      stackName,
      env: { account, region },
      description: 'Muster: numbers, names, provisions and proves healthy what Auto Scaling groups launch',
    });
    const settingsPrefix = `/${stackName}/groups/`;
    const network = section.network && new JenkinsNetwork(this, 'JenkinsNetwork', section.network);
    const shown = this.#demonstrate(section.demonstration, network);
    const groups = [...section.groups, ...(shown === undefined ? [] : [shown.group])];
    const ledger = new LedgerTable(this, 'Ledger', section.ledgerTable);
    const notifications = new Notifications(this, 'Notifications', common.notify);
    const fleet = new Fleet(this, 'Fleet', {
      ledger,
      notifications,
      groups,
      formerly: section.formerly,
      settingsPrefix,
      codeOf,
      common,
      ...(network === undefined ? {} : { network }),
    });
    const starters = { Launch: fleet.functionOf('start-scale-out'), Terminate: fleet.functionOf('start-release') };
    const { queue: undelivered } = new UndeliveredEvents(this, 'Undelivered');
    const events = [launches, terminations].map((kind) => {
      const target = starters[kind.id].function;
      return { kind, rules: new LifecycleEvents(this, `${kind.id}Events`, { kind, target, undelivered }) };
    });
    const [scaleOut, release] = [fleet.workflows['scale-out'].stateMachine, fleet.workflows.release.stateMachine];
    const reporter = fleet.functionOf('report-outcome');
    const ends = { launches: scaleOut, target: reporter.function, undelivered };
    const outcomes = new OutcomeEvents(this, 'OutcomeEvents', ends);
    const reconciler = fleet.functionOf('reconcile');
    const everyMinute = new EveryMinute(this, 'EveryMinute', reconciler.function);
    // The rest (steps, their roles, the ledger, endpoints) stands behind these: each refers to what it needs.
    const called = [...Object.values(fleet.workflows), ...Object.values(starters), reporter, reconciler];
    const serving = [...called, undelivered, outcomes, everyMinute];
    for (const group of section.groups) this.#manage(group, settingsPrefix, events, serving);
    if (shown !== undefined) this.#manage(shown.group, settingsPrefix, events, [...serving, shown.demonstration]);

    const watched = {
      workflows: { 'scale-out': scaleOut, release },
      triggers: fleet.triggers,
      reconciler: reconciler.function,
      undelivered,
      bugs: fleet.bugs,
      deployment: fleet.identity,
      groups: groups.map(({ settings }) => settings.group),
    };
    this.#watch(watched, { topic: notifications.topic, runbook: common.runbook });
    const operators = { ...fleet.scope, deploymentParameter: deploymentParameterName(stackName), stackName };
    new OperatorPolicies(this, 'Operators', operators);
    new DeploymentParameter(this, 'Deployment', {
      ledgerTable: ledger.table.tableName,
      stateMachineArn: scaleOut.stateMachineArn,
      releaseArn: release.stateMachineArn,
      settingsPrefix,
      formerly: section.formerly,
      jenkinsUrls: jenkinsUrlsOf(groups.map(({ settings }) => settings)),
      heartbeats: heartbeatsOf(groups),
    });
    this.node.addValidation({ validate: () => tooMany(this) });
    this.#tell({
      LedgerTable: ledger.table.tableName,
      Release: release.stateMachineArn,
      ScaleOut: scaleOut.stateMachineArn,
    });
  }

  #watch(watched: AlarmSubjects, told: Pick<AlarmsProps, 'topic' | 'runbook'>): void {
    const { alarms } = new Alarms(this, 'Alarms', { entries: alarmList(watched), ...told });
    new FleetDashboard(this, 'Dashboard', { watched, alarms });
  }

  /** What a deployment prints, by its name. */
  #tell(outputs: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  /** Settings, then the rules for its launches and terminations, then the hooks that make them wait. */
  #manage(group: ManagedGroup, settingsPrefix: string, events: readonly Events[], serving: IDependable[]): void {
    const one = new Construct(this, `Group-${settingsParameterName('', group.settings.group)}`);
    const settings = new SettingsParameter(one, 'Settings', settingsPrefix, group.settings);
    for (const { kind, rules } of events) {
      const servedBy = [...serving, settings, rules.ruleFor(one, group)];
      new LifecycleHook(one, `${kind.id}Hook`, { kind, group, servedBy });
    }
  }

  /** The stack's own group is managed like any other; only its target group is known no sooner than it is deployed. */
  #demonstrate(group: ManagedGroup | undefined, network: JenkinsNetwork | undefined) {
    if (group === undefined || network === undefined) return undefined;
    const demonstration = new Demonstration(this, 'Demonstration', {
      group: group.settings.group,
      placement: network.placement,
    });
    const settings = { ...group.settings, targetGroups: [demonstration.targetGroup.targetGroupArn] };
    return { group: { ...group, settings }, demonstration };
  }
}

/** What CloudFormation takes in one template. CDK counts too, but in the middle of its work, and ends with a stack trace. */
const mostResources = 500;

function tooMany(stack: Stack): string[] {
  const count = stack.node.findAll().filter((one) => CfnResource.isCfnResource(one)).length;
  if (count <= mostResources) return [];
  return [
    `the stack would have ${count} resources, and CloudFormation takes ${mostResources}: ` +
      'move some of the groups into a second deployment, with another stackName',
  ];
}
