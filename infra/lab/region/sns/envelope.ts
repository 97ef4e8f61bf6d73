import { uuid } from '../base/identifiers';
import type { RegionContext } from '../base/context';

export interface Publication {
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
}

/** What a Lambda function that is subscribed to a topic is invoked with. */
export interface SnsEvent {
  readonly Records: readonly {
    readonly EventSource: 'aws:sns';
    readonly EventVersion: '1.0';
    readonly EventSubscriptionArn: string;
    readonly Sns: {
      readonly Type: 'Notification';
      readonly MessageId: string;
      readonly TopicArn: string;
      /** `null`, not absent, when the message has none. */
      readonly Subject: string | null;
      readonly Message: string;
      readonly Timestamp: string;
      readonly SignatureVersion: '1';
      readonly Signature: string;
      readonly SigningCertUrl: string;
      readonly UnsubscribeUrl: string;
      readonly MessageAttributes: Record<string, never>;
    };
  }[];
}

/** Wraps a message for a Lambda subscription, one record an invocation as SNS does. */
export function snsEvent(context: RegionContext, publication: Publication, messageId: string): SnsEvent {
  const subscription = `${publication.topicArn}:${uuid(context.random)}`;
  const host = `https://sns.${context.name}.amazonaws.com/`;
  const sns = {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: publication.topicArn,
    Subject: publication.subject ?? null,
    Message: publication.message,
    Timestamp: context.clock.now().toISOString(),
    SignatureVersion: '1',
    Signature: 'EXAMPLE',
    SigningCertUrl: `${host}SimpleNotificationService-0000000000000000000000.pem`,
    UnsubscribeUrl: `${host}?Action=Unsubscribe&SubscriptionArn=${subscription}`,
    MessageAttributes: {},
  } as const;
  return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscription, Sns: sns }] };
}
