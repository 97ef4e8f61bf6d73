import type { PermissionScope } from '../../../infra/systems/fleet/function-permissions';
import type { World } from './world';

const region = 'eu-central-1';
const account = '123456789012';

export const webTargets = `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/web/0123456789abcdef`;

/** Two groups: one with everything, one with little. */
export const exampleScope: PermissionScope = {
  partition: 'aws',
  region,
  account,
  tableArn: `arn:aws:dynamodb:${region}:${account}:table/muster-ledger`,
  settingsPrefix: '/muster/groups/',
  stateMachineArns: {
    scaleOut: `arn:aws:states:${region}:${account}:stateMachine:muster-scale-out`,
    release: `arn:aws:states:${region}:${account}:stateMachine:muster-release`,
  },
  notifications: {
    topicArn: `arn:aws:sns:${region}:${account}:muster-notifications`,
    keyArn: `arn:aws:kms:${region}:${account}:key/11111111-2222-4333-8444-555555555555`,
  },
  groups: [
    {
      name: 'web',
      targetGroupArns: [webTargets],
      tagKeys: ['Role'],
      namePattern: '{group}-{index:02}',
      secretArns: [`arn:aws:secretsmanager:${region}:${account}:secret:jenkins-??????`],
      zone: { zoneId: 'ZFORWARD', zoneName: 'internal.example.com' },
      reverseZone: { zoneId: 'ZREVERSE', zoneName: '0.10.in-addr.arpa' },
    },
    {
      name: 'api',
      targetGroupArns: [],
      tagKeys: ['Tier'],
      namePattern: 'a{index}',
      secretArns: [`arn:aws:secretsmanager:${region}:${account}:secret:jenkins-of-api-a1B2c3`],
      zone: { zoneId: 'ZFORWARD', zoneName: 'internal.example.com' },
    },
  ],
};

/** A world that fits it; `groupOf`: which group's each instance is; `null` for none's. */
export function exampleWorld(groupOf: string | null = 'web'): World {
  return {
    ...exampleScope,
    tagsOf: () => new Map(groupOf === null ? [] : [['aws:autoscaling:groupName', groupOf]]),
    arnOfGroup: (name) =>
      `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:9f0c3d2e-1111-4222-8333-444455556666:autoScalingGroupName/${name}`,
  };
}
