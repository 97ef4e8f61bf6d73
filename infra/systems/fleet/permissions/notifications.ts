import type { Permission } from '../../../permissions/permission';
import type { PermissionScope } from './scope';

/** Notifies people. The topic is encrypted, and a publisher uses its key. */
export function tellPeople({ notifications: { topicArn, keyArn } }: PermissionScope): Permission[] {
  return [
    { sid: 'TellPeople', actions: ['sns:Publish'], resources: [topicArn], narrowedTo: 'the topic of the deployment' },
    {
      sid: 'UseKeyOfTopic',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [keyArn],
      narrowedTo: "the topic's key",
    },
  ];
}
