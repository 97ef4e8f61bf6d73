import type { Permission } from '../../permissions/permission';
import type { AuditBucket } from './config';
import type { AuditFunction } from './functions';

/** What permissions are narrowed to. */
export interface AuditScope {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly buckets: readonly AuditBucket[];
  readonly tableArn: string;
  readonly queueArn: string;
  readonly topicArn: string;
  /** The sender's address. */
  readonly from: string;
}

/** What each function may do: no more than the calls that it makes. */
export function permissionsOf(name: AuditFunction, scope: AuditScope): readonly Permission[] {
  const way = [remember(scope), sendMail(scope), publish(scope)];
  switch (name) {
    case 'inspect-log':
      return [...readLogs(scope), ...way, consume(scope)];
    case 'read-objects':
      return [...readLogs(scope), ...way];
    case 'inspect-stream':
    case 'watch':
      return way;
  }
}

function readLogs({ partition, buckets }: AuditScope): Permission[] {
  if (buckets.length === 0) return [];
  return [
    {
      sid: 'ReadLogs',
      // With the version that an event names, where the bucket keeps versions.
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: buckets.map(({ name, prefix }) => `arn:${partition}:s3:::${name}/${prefix}*`),
      narrowedTo: "the buckets' prefixes",
      wildcard: 'keys of logs are made as they come',
    },
    {
      sid: 'TellMissingFromForbidden',
      // Without it S3 says AccessDenied of an object that is gone.
      actions: ['s3:ListBucket'],
      resources: buckets.map(({ name }) => `arn:${partition}:s3:::${name}`),
      narrowedTo: 'the buckets',
    },
  ];
}

function remember({ tableArn }: AuditScope): Permission {
  return {
    sid: 'Remember',
    // A transaction of puts needs the right to put, and none of its own.
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    resources: [tableArn],
    narrowedTo: 'the table',
  };
}

/** SES asks for the identity that it finds verified: the address, or its domain. */
function sendMail({ partition, region, account, from }: AuditScope): Permission {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    sid: 'SendMail',
    actions: ['ses:SendEmail'],
    resources: [from, domain].map((identity) => `arn:${partition}:ses:${region}:${account}:identity/${identity}`),
    conditions: { StringEquals: { 'ses:FromAddress': from } },
    narrowedTo: "the sender's address",
  };
}

function publish({ topicArn }: AuditScope): Permission {
  return { sid: 'TellOtherwise', actions: ['sns:Publish'], resources: [topicArn], narrowedTo: 'the fallback topic' };
}

function consume({ queueArn }: AuditScope): Permission {
  return {
    sid: 'LambdaTakesMessages',
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: [queueArn],
    narrowedTo: 'the queue, which Lambda reads with this role',
  };
}
