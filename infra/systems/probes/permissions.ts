import type { Permission } from '../../permissions/permission';
import type { HomeFunction, RegionFunction } from './functions';

/** What permissions in a region are narrowed to. */
export interface RegionScope {
  readonly looksArn: string;
  /** Of home's queue, by its name: it is in another region, of which this stack knows nothing else. */
  readonly reportsArn: string;
}

/** What permissions at home are narrowed to. */
export interface HomeScope {
  readonly reportsArn: string;
  readonly tableArn: string;
  readonly bucketArn: string;
  readonly topicArn: string;
  /** Of the sender's address, and of its domain: SES takes whichever is verified. */
  readonly identityArns: readonly string[];
}

/** What each function in a region may do: no more than the calls that it makes. */
export function regionPermissions(name: RegionFunction, { looksArn, reportsArn }: RegionScope): readonly Permission[] {
  const askForLooks = {
    sid: 'AskForLooks',
    actions: ['sqs:SendMessage'],
    resources: [looksArn],
    narrowedTo: 'the region’s own queue',
  };
  switch (name) {
    case 'start-looks':
      return [askForLooks];
    case 'look':
      return [
        askForLooks,
        consume('LambdaTakesLooks', looksArn),
        { sid: 'TellHome', actions: ['sqs:SendMessage'], resources: [reportsArn], narrowedTo: 'home’s queue' },
      ];
  }
}

/** What each function at home may do. */
export function homePermissions(name: HomeFunction, scope: HomeScope): readonly Permission[] {
  const { reportsArn, tableArn, bucketArn, topicArn, identityArns } = scope;
  switch (name) {
    case 'judge':
      return [
        consume('LambdaTakesReports', reportsArn),
        {
          sid: 'KeepState',
          actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem'],
          resources: [tableArn],
          narrowedTo: 'the table',
        },
        { sid: 'SendMail', actions: ['ses:SendEmail'], resources: [...identityArns], narrowedTo: 'the sender' },
        { sid: 'TellOtherwise', actions: ['sns:Publish'], resources: [topicArn], narrowedTo: 'the topic of alarms' },
      ];
    case 'publish-page':
      return [
        { sid: 'ReadState', actions: ['dynamodb:BatchGetItem'], resources: [tableArn], narrowedTo: 'the table' },
        {
          sid: 'WritePage',
          actions: ['s3:PutObject'],
          resources: [`${bucketArn}/index.html`, `${bucketArn}/status.json`],
          narrowedTo: 'the two files',
        },
      ];
  }
}

function consume(sid: string, queueArn: string): Permission {
  return {
    sid,
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: [queueArn],
    narrowedTo: 'the queue, which Lambda reads with this role',
  };
}
