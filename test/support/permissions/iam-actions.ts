import type { Ports } from '../../../infra/lab/systems/fleet/deploy-muster';
import type { JenkinsSettings } from '../../../functions/fleet/contracts/settings';
import { changeContext } from './record-changes';
import type { IamRequest } from './request';
import type { World } from './world';

/** All ports of the functions. Of Jenkins, IAM sees only that its credentials are read. */
export type ObservedPorts = Omit<Ports, 'jenkins'> & {
  jenkins: { advance(settings: JenkinsSettings): unknown; end(settings: JenkinsSettings): unknown };
};

type FirstParameter<Method> = Method extends (first: infer First, ...rest: never[]) => unknown ? First : never;

const readSecret = ({ credentialsSecret }: JenkinsSettings, { partition, region, account }: World) =>
  ask(
    'secretsmanager:GetSecretValue',
    `arn:${partition}:secretsmanager:${region}:${account}:secret:${credentialsSecret}-a1B2c3`,
  );

/** For each method of each port, what IAM is asked when it is called. A new method without an entry does not compile. */
export type IamActions = {
  readonly [Port in keyof ObservedPorts]: {
    readonly [Method in keyof ObservedPorts[Port]]: (
      input: FirstParameter<ObservedPorts[Port][Method]>,
      world: World,
    ) => IamRequest[];
  };
};

const ask = (action: string, resource = '*', context: IamRequest['context'] = {}): IamRequest[] => [
  { action, resource, context },
];

/** What the adapter asks of the table for one method; adapters.test.ts compares with what it sends. */
const ledger =
  (...actions: string[]) =>
  (input: string | { readonly group: string }, { tableArn }: World) => {
    const group = typeof input === 'string' ? input : input.group;
    return actions.flatMap((action) =>
      ask(`dynamodb:${action}`, tableArn, { 'dynamodb:LeadingKeys': [`GROUP#${group}`] }),
    );
  };

/** The key that encrypts the topic: who publishes to it uses its key, though no call names it. */
export function keyOfTopic({ partition, region, account }: Pick<World, 'partition' | 'region' | 'account'>): string {
  return `arn:${partition}:kms:${region}:${account}:key/11111111-2222-4333-8444-555555555555`;
}

export const iamActions: IamActions = {
  autoScaling: {
    describeAutoScalingGroups: () => ask('autoscaling:DescribeAutoScalingGroups'),
    describeAutoScalingInstances: () => ask('autoscaling:DescribeAutoScalingInstances'),
    describeLifecycleHooks: () => ask('autoscaling:DescribeLifecycleHooks'),
    describeWarmPool: () => ask('autoscaling:DescribeWarmPool'),
    recordLifecycleActionHeartbeat: ({ AutoScalingGroupName = '' }, world) =>
      ask('autoscaling:RecordLifecycleActionHeartbeat', world.arnOfGroup(AutoScalingGroupName)),
    completeLifecycleAction: ({ AutoScalingGroupName = '' }, world) =>
      ask('autoscaling:CompleteLifecycleAction', world.arnOfGroup(AutoScalingGroupName)),
  },
  ec2: {
    describeInstances: () => ask('ec2:DescribeInstances'),
    createTags: ({ Resources = [], Tags = [] }, { partition, region, account, tagsOf }) =>
      Resources.flatMap((id) =>
        ask('ec2:CreateTags', `arn:${partition}:ec2:${region}:${account}:instance/${id}`, {
          'aws:TagKeys': Tags.map(({ Key = '' }) => Key),
          ...Object.fromEntries([...tagsOf(id)].map(([key, value]) => [`ec2:ResourceTag/${key}`, [value]])),
        }),
      ),
  },
  elasticLoadBalancing: {
    deregisterTargets: ({ TargetGroupArn }) => ask('elasticloadbalancing:DeregisterTargets', TargetGroupArn),
    registerTargets: ({ TargetGroupArn }) => ask('elasticloadbalancing:RegisterTargets', TargetGroupArn),
    describeTargetGroups: () => ask('elasticloadbalancing:DescribeTargetGroups'),
    describeTargetHealth: () => ask('elasticloadbalancing:DescribeTargetHealth'),
  },
  jenkins: {
    advance: readSecret,
    end: readSecret,
  },
  ledger: {
    member: ledger('GetItem'),
    members: ledger('Query'),
    heldIndexes: ledger('Query'),
    slots: ledger('Query'),
    history: ledger('Query'),
    claim: ledger('PutItem'),
    update: ledger('UpdateItem'),
    saveBuild: ledger('UpdateItem'),
    endBuild: ledger('UpdateItem'),
    free: ledger('GetItem', 'DeleteItem', 'PutItem'),
    findHold: ledger('GetItem'),
    findReserve: ledger('GetItem'),
    breaker: ledger('GetItem'),
    observation: ledger('GetItem'),
    records: ledger('Query'),
    saveHold: ledger('PutItem'),
    saveReserve: ledger('PutItem'),
    saveBreaker: ledger('PutItem'),
    saveObservation: ledger('PutItem'),
    removeHold: ledger('DeleteItem'),
    removeReserve: ledger('DeleteItem'),
  },
  route53: {
    listResourceRecordSets: ({ HostedZoneId }, { partition }) =>
      ask('route53:ListResourceRecordSets', `arn:${partition}:route53:::hostedzone/${HostedZoneId}`),
    changeResourceRecordSets: ({ HostedZoneId, ChangeBatch }, { partition }) =>
      ask(
        'route53:ChangeResourceRecordSets',
        `arn:${partition}:route53:::hostedzone/${HostedZoneId}`,
        changeContext(ChangeBatch?.Changes ?? []),
      ),
    getChange: ({ Id = '' }, { partition }) =>
      ask('route53:GetChange', `arn:${partition}:route53:::change/${Id.replace('/change/', '')}`),
  },
  settings: {
    read: (group, { partition, region, account, settingsPrefix }) =>
      ask('ssm:GetParameter', `arn:${partition}:ssm:${region}:${account}:parameter${settingsPrefix}${group}`),
    list: (_, { partition, region, account, settingsPrefix }) =>
      ask(
        'ssm:GetParametersByPath',
        `arn:${partition}:ssm:${region}:${account}:parameter${settingsPrefix.replace(/\/$/, '')}`,
      ),
  },
  sns: {
    publish: ({ TopicArn }, world) => [
      ...ask('sns:Publish', TopicArn),
      ...['kms:Decrypt', 'kms:GenerateDataKey'].flatMap((action) => ask(action, keyOfTopic(world))),
    ],
  },
  stepFunctions: {
    stopExecution: ({ executionArn }) => ask('states:StopExecution', executionArn),
    startExecution: ({ stateMachineArn }) => ask('states:StartExecution', stateMachineArn),
    redriveExecution: ({ executionArn }) => ask('states:RedriveExecution', executionArn),
    describeExecution: ({ executionArn }) => ask('states:DescribeExecution', executionArn),
    getExecutionHistory: ({ executionArn }) => ask('states:GetExecutionHistory', executionArn),
    listExecutions: ({ stateMachineArn }) => ask('states:ListExecutions', stateMachineArn),
  },
};
