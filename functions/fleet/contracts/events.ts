import * as z from '../../shared/schema';
import { describeMistakes, mistakesIn, isObject, kindOf, parseJson, showValue } from '../../shared/schema';
import { NamedError } from '../../shared/named-error';
import { instanceIdSchema, type Launch, timeSchema } from './inputs';

/** What one message from AWS asks Muster to do. */
export type Signal =
  | { readonly kind: 'launch'; readonly launch: Launch }
  | { readonly kind: 'termination'; readonly termination: Termination }
  /** The message is valid, and there is nothing to do. */
  | { readonly kind: 'ignored'; readonly name: IgnoredName; readonly reason: string }
  /** The message is not valid. */
  | { readonly kind: 'refused'; readonly reason: string };

/** An instance that leaves its group, and waits until Muster has released what it holds. */
export interface Termination {
  readonly group: string;
  readonly instanceId: string;
  readonly why: 'scale-in' | 'to-warm-pool' | 'root-volume';
  readonly lifecycle: { readonly hookName: string; readonly token: string; readonly since?: string };
}

export type IgnoredName =
  | 'TestNotification'
  | 'SubscriptionMessage'
  | 'MovedOutOfStandby'
  | 'Attached'
  | 'EnteredWarmPool'
  | 'LaunchFailed'
  | 'ForeignAccount'
  | 'NotALaunch'
  | 'NotATermination'
  | 'UnknownEvent';

/** Thrown for a message that is malformed; `message` says what was wrong. */
export class EventRefused extends NamedError<'EventRefused'> {
  constructor(message: string) {
    super('EventRefused', message, { fault: 'environment' });
  }
}

const filled = z.string('text').check(z.minLength(1, 'text'));

/** `detail` of the EventBridge event, and the body of a hook's own notification: they have the same fields. */
const lifecycleAction = z.object({
  AutoScalingGroupName: filled,
  EC2InstanceId: instanceIdSchema,
  LifecycleActionToken: filled,
  LifecycleHookName: filled,
  LifecycleTransition: filled,
  // Until 2023 only groups with a warm pool sent these fields; now all groups do. Without the fields there is no pool.
  Origin: z.optional(filled),
  Destination: z.optional(filled),
  // Only `ReplaceRootVolume`: the instance stays where it is.
  Action: z.optional(filled),
});

/** When the event was sent: `time` of EventBridge, `Time` of a hook's own notification. */
const sent = z.union([
  z.pipe(
    z.object({ time: timeSchema }),
    z.transform(({ time }) => time),
  ),
  z.pipe(
    z.object({ Time: timeSchema }),
    z.transform(({ Time }) => Time),
  ),
]);

/** A classic notification (`autoscaling:EC2_INSTANCE_LAUNCH`). `Details` and `Cause` vary and are not read. */
const classicNotification = z.object({
  AutoScalingGroupName: filled,
  EC2InstanceId: instanceIdSchema,
  Description: filled,
});

const snsEnvelope = z.object({ Message: z.string('text') });
const sqsEnvelope = z.object({ body: z.string('text') });

/**
 * Reads each kind of message that can start a launch or a release: an EventBridge event, a lifecycle hook's own
 * notification, or a classic notification, either plain or inside SNS and SQS envelopes (one envelope can hold many
 * messages).
 *
 * Source of the shapes: Auto Scaling user guide, "EventBridge event reference" and "SNS notifications".
 *
 * @param account ours. Buses and topics also carry messages that other accounts forward, and a group of another account
 * can have the name of one of ours. If `account` is absent, or the message has no account, the message counts as ours.
 * @returns a signal for each message, in order. Never throws.
 */
export function readSignals(message: unknown, account?: string): Signal[] {
  if (!isObject(message)) return [refused(`a JSON object is expected, got ${kindOf(message)}`)];
  if (Array.isArray(message.Records)) {
    if (message.Records.length === 0) return [refused('Records is empty')];
    return message.Records.flatMap((record) => readRecord(record, account));
  }
  if ('detail-type' in message) return [unlessForeign(readEvent(message), message.account, account)];
  if (typeof message.Type === 'string' && 'TopicArn' in message) return readSns(message.Type, message, account);
  // The same envelope, with only the fields that are needed: a type and a message.
  if (message.Type === 'Notification' && 'Message' in message) return readSns(message.Type, message, account);
  return [unlessForeign(readNotification(message), message.AccountId, account)];
}

/** The same for text, such as a file. Text that is not JSON is refused. */
export function readSignalsFromText(text: string, account?: string): Signal[] {
  const parsed = parseJson(text);
  return 'error' in parsed ? [refused(parsed.error)] : readSignals(parsed.value, account);
}

function unlessForeign(signal: Signal, theirs: unknown, ours: string | undefined): Signal {
  const isForeign = typeof theirs === 'string' && ours !== undefined && theirs !== ours;
  if (!isForeign || signal.kind === 'ignored' || signal.kind === 'refused') return signal;
  return ignored('ForeignAccount', `it is of account ${showValue(theirs)}, and ours is ${ours}`);
}

function readRecord(record: unknown, account: string | undefined): Signal[] {
  if (!isObject(record)) return [refused(`a record is expected to be an object, got ${kindOf(record)}`)];
  // SNS → Lambda writes the source with a capital, SQS → Lambda without.
  if (isObject(record.Sns)) return readSns(record.Sns.Type, record.Sns, account);
  const sqs = sqsEnvelope.safeParse(record);
  if (sqs.success) return readSignalsFromText(sqs.data.body, account);
  return [refused('a record is expected to be one of SNS (with Sns.Message) or SQS (with body)')];
}

function readSns(type: unknown, envelope: unknown, account: string | undefined): Signal[] {
  if (type === 'SubscriptionConfirmation' || type === 'UnsubscribeConfirmation') {
    return [ignored('SubscriptionMessage', `${type} of an SNS topic: confirm it where the subscription is made`)];
  }
  const parsed = snsEnvelope.safeParse(envelope);
  return parsed.success
    ? readSignalsFromText(parsed.data.Message, account)
    : [malformed('SNS envelope', parsed.error, envelope)];
}

function readEvent(event: Record<string, unknown>): Signal {
  switch (event['detail-type']) {
    case 'EC2 Instance-launch Lifecycle Action':
    case 'EC2 Instance-terminate Lifecycle Action':
      return readLifecycleAction(event.detail, 'EventBridge event, detail', sent.safeParse(event).data);
    default:
      return ignored('UnknownEvent', `events of type ${showValue(event['detail-type'])} start nothing`);
  }
}

function readNotification(message: Record<string, unknown>): Signal {
  if (typeof message.Event === 'string') return readClassic(message.Event, message);
  // A hook's own notification has no Event, except the test that Auto Scaling sends when the target is set up.
  if ('LifecycleTransition' in message || 'LifecycleActionToken' in message) {
    return readLifecycleAction(message, 'lifecycle hook notification', sent.safeParse(message).data);
  }
  return refused(
    'neither an EventBridge event (detail-type), nor an SNS envelope (Type, Message), nor an Auto Scaling notification (Event or LifecycleTransition)',
  );
}

function readLifecycleAction(detail: unknown, what: string, time: string | undefined): Signal {
  const parsed = lifecycleAction.safeParse(detail);
  if (!parsed.success) return malformed(what, parsed.error, detail);
  const { AutoScalingGroupName: group, EC2InstanceId: id, Origin, Destination, ...action } = parsed.data;
  const since = time === undefined ? {} : { since: time };
  const lifecycle = { hookName: action.LifecycleHookName, token: action.LifecycleActionToken, ...since };
  switch (action.LifecycleTransition) {
    case 'autoscaling:EC2_INSTANCE_LAUNCHING': {
      const [origin, destination] = [Origin ?? 'EC2', Destination ?? 'AutoScalingGroup'];
      return launch({ group, instanceId: id, origin, destination, lifecycle, startedBy: 'lifecycle-event' });
    }
    case 'autoscaling:EC2_INSTANCE_TERMINATING':
      return {
        kind: 'termination',
        termination: { group, instanceId: id, why: reasonOf(action, Destination), lifecycle },
      };
    default:
      return ignored('UnknownEvent', `lifecycle actions of ${action.LifecycleTransition} start nothing`);
  }
}

function reasonOf({ Action }: { Action?: string | undefined }, destination: string | undefined): Termination['why'] {
  if (Action === 'ReplaceRootVolume') return 'root-volume';
  return destination === 'WarmPool' ? 'to-warm-pool' : 'scale-in';
}

function readClassic(event: string, message: Record<string, unknown>): Signal {
  switch (event) {
    case 'autoscaling:TEST_NOTIFICATION':
      return ignored('TestNotification', 'a test: the notification configuration works');
    case 'autoscaling:EC2_INSTANCE_LAUNCH_ERROR':
      return ignored('LaunchFailed', 'EC2 could not launch an instance: there is nothing to provision');
    case 'autoscaling:EC2_INSTANCE_LAUNCH':
      return readClassicLaunch(message);
    default:
      return ignored(
        event.startsWith('autoscaling:EC2_INSTANCE_TERMINATE') ? 'NotALaunch' : 'UnknownEvent',
        `${event} starts no launch`,
      );
  }
}

/**
 * Auto Scaling sends the same notification for an instance that returns from Standby and for one that is attached.
 * Neither must be provisioned again, and only the description distinguishes them from a launch.
 */
function readClassicLaunch(message: Record<string, unknown>): Signal {
  const parsed = classicNotification.safeParse(message);
  if (!parsed.success) return malformed('launch notification', parsed.error, message);
  const { AutoScalingGroupName: group, EC2InstanceId: id, Description: description } = parsed.data;
  if (/^Moving EC2 instance out of Standby/i.test(description)) {
    return ignored('MovedOutOfStandby', `${id} came back from Standby: it is provisioned already`);
  }
  if (/^Attaching an existing EC2 instance/i.test(description)) {
    return ignored('Attached', `${id} was attached, not launched: adopt it if Muster is to look after it`);
  }
  if (/^Launching a new EC2 instance into warm pool/i.test(description)) {
    return ignored('EnteredWarmPool', `${id} was launched into a warm pool: it has no place in service yet`);
  }
  if (!/^Launching a new EC2 instance/i.test(description)) {
    return ignored(
      'UnknownEvent',
      `${id} was reported as launched with the unknown description ${showValue(description)}`,
    );
  }
  // This notification swaps Origin and Destination, so they are not read.
  const origin = /^Launching a new EC2 instance from warm pool/i.test(description) ? 'WarmPool' : 'EC2';
  return launch({
    group,
    instanceId: id,
    origin,
    destination: 'AutoScalingGroup',
    lifecycle: null,
    startedBy: 'notification',
  });
}

function launch(value: Launch): Signal {
  return { kind: 'launch', launch: value };
}

function ignored(name: IgnoredName, reason: string): Signal {
  return { kind: 'ignored', name, reason };
}

function refused(reason: string): Signal {
  return { kind: 'refused', reason };
}

function malformed(what: string, error: z.core.$ZodError, input: unknown): Signal {
  return refused(`${what}: ${describeMistakes(mistakesIn(error, input)).replaceAll('\n', '; ')}`);
}
