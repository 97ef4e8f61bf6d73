import type { Lab } from '../../../infra/lab/systems/fleet/lab';

/** What IAM knows of the resources that a call names, and the call itself does not say. */
export interface World {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly tableArn: string;
  readonly settingsPrefix: string;
  readonly tagsOf: (instanceId: string) => ReadonlyMap<string, string>;
  /** ARN of an Auto Scaling group. */
  readonly arnOfGroup: (name: string) => string;
}

export function worldOf(lab: Lab): World {
  const { partition, account, name: region } = lab.region.context;
  return {
    partition,
    region,
    account,
    tableArn: `arn:${partition}:dynamodb:${region}:${account}:table/muster-ledger`,
    settingsPrefix: '/muster/groups/',
    tagsOf: (instanceId) => lab.region.ec2.world.find(instanceId)?.tags.actual() ?? new Map<string, string>(),
    arnOfGroup: (name) => lab.region.autoScaling.world.group(name).arn,
  };
}
