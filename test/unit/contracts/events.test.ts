import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSignals, readSignalsFromText } from '../../../functions/fleet/contracts/events';

const text = (name: string) => readFileSync(join(__dirname, '../../support/events', `${name}.json`), 'utf8');
const load = (name: string) => JSON.parse(text(name)) as Record<string, unknown>;
const only = (message: unknown) => {
  const signals = readSignals(message);
  expect(signals).toHaveLength(1);
  return signals[0]!;
};
const inSns = (message: unknown) => ({
  ...load('sns-envelope'),
  Message: typeof message === 'string' ? message : JSON.stringify(message),
});
const inLambda = (...messages: unknown[]) => ({
  Records: messages.map((message) => ({ EventSource: 'aws:sns', Sns: inSns(message) })),
});
const inSqs = (message: unknown) => ({ Records: [{ eventSource: 'aws:sqs', body: JSON.stringify(message) }] });

const fromEvent = {
  kind: 'launch',
  launch: {
    group: 'my-asg',
    instanceId: 'i-1234567890abcdef0',
    origin: 'EC2',
    destination: 'AutoScalingGroup',
    lifecycle: { hookName: 'my-lifecycle-hook', token: '87654321-4321-4321-4321-210987654321' },
    startedBy: 'lifecycle-event',
  },
};
const fromNotification = {
  kind: 'launch',
  launch: {
    group: 'dev-idp',
    instanceId: 'i-06e5a36f44cf8a51c',
    origin: 'EC2',
    destination: 'AutoScalingGroup',
    lifecycle: null,
    startedBy: 'notification',
  },
};

describe('a lifecycle event', () => {
  test('as EventBridge documents it is a launch', () => {
    expect(only(load('launch-lifecycle-action'))).toEqual(fromEvent);
  });
  test('as the hook itself notifies is the same launch', () => {
    const { detail } = load('launch-lifecycle-action');
    expect(only(inSns(detail))).toEqual(fromEvent);
  });
  test('without origin and destination goes into service', () => {
    const event = load('launch-lifecycle-action');
    const { Origin, Destination, ...detail } = event.detail as Record<string, unknown>;
    expect([Origin, Destination]).toEqual(['EC2', 'AutoScalingGroup']);
    expect(only({ ...event, detail })).toEqual(fromEvent);
  });
  test('of a termination is a termination', () => {
    const event = load('launch-lifecycle-action');
    const detail = {
      ...(event.detail as Record<string, unknown>),
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      Origin: 'AutoScalingGroup',
      Destination: 'EC2',
    };
    const { group, instanceId, lifecycle } = fromEvent.launch;
    const termination = { group, instanceId, why: 'scale-in', lifecycle };
    for (const type of ['EC2 Instance-terminate Lifecycle Action', 'EC2 Instance-launch Lifecycle Action']) {
      expect(only({ ...event, 'detail-type': type, detail })).toEqual({ kind: 'termination', termination });
    }
    expect(only({ 'detail-type': 'EC2 Instance-terminate Lifecycle Action', detail: {} }).kind).toBe('refused');
  });
  test.each([
    ['to-warm-pool', { Destination: 'WarmPool' }],
    ['root-volume', { Destination: 'AutoScalingGroup', Action: 'ReplaceRootVolume' }],
  ])('of a termination says why the instance leaves: %s', (why, changes) => {
    const event = load('launch-lifecycle-action');
    const leaving = { LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING', Origin: 'AutoScalingGroup' };
    const detail = { ...(event.detail as Record<string, unknown>), ...leaving, ...changes };
    expect(only({ ...event, detail })).toMatchObject({ termination: { why } });
  });
  test.each([
    'AutoScalingGroupName',
    'EC2InstanceId',
    'LifecycleActionToken',
    'LifecycleHookName',
    'LifecycleTransition',
  ])('without %s is refused, and says so', (field) => {
    const event = load('launch-lifecycle-action');
    const detail = { ...(event.detail as Record<string, unknown>), [field]: undefined };
    expect(only({ ...event, detail })).toEqual({ kind: 'refused', reason: expect.stringContaining(field) as string });
  });
});

describe('a classic notification', () => {
  test.each([
    ['bare', (message: unknown) => message],
    ['in its SNS envelope', inSns],
    ['in SNS to Lambda', (message: unknown) => inLambda(message)],
    ['in SNS to SQS to Lambda', (message: unknown) => inSqs(inSns(message))],
    ['in SQS without an envelope (raw delivery)', inSqs],
  ])('of a launch is a launch: %s', (_, wrap) => {
    expect(only(wrap(load('launch-notification')))).toEqual(fromNotification);
  });

  test.each([
    [
      'an instance that came back from Standby',
      'Moving EC2 instance out of Standby: i-06e5a36f44cf8a51c',
      'MovedOutOfStandby',
    ],
    ['an instance that was attached', 'Attaching an existing EC2 instance: i-06e5a36f44cf8a51c', 'Attached'],
    [
      'an instance that enters a warm pool',
      'Launching a new EC2 instance into warm pool: i-06e5a36f44cf8a51c',
      'EnteredWarmPool',
    ],
    ['something that we do not know', 'Borrowing an EC2 instance: i-06e5a36f44cf8a51c', 'UnknownEvent'],
  ])('of %s starts nothing, and says why', (_, description, name) => {
    const signal = only(inLambda({ ...load('launch-notification'), Description: description }));
    expect(signal).toMatchObject({ kind: 'ignored', name });
    expect(signal).toMatchObject({ reason: expect.stringContaining('i-06e5a36f44cf8a51c') as string });
  });

  test.each([
    ['autoscaling:TEST_NOTIFICATION', 'TestNotification'],
    ['autoscaling:EC2_INSTANCE_LAUNCH_ERROR', 'LaunchFailed'],
    ['autoscaling:EC2_INSTANCE_TERMINATE', 'NotALaunch'],
    ['autoscaling:EC2_INSTANCE_TERMINATE_ERROR', 'NotALaunch'],
    ['autoscaling:SOMETHING_NEW', 'UnknownEvent'],
  ])('%s starts nothing: %s', (event, name) => {
    expect(only(inSns({ Event: event, AutoScalingGroupName: 'web', EC2InstanceId: '' }))).toMatchObject({
      kind: 'ignored',
      name,
    });
  });

  test('of an instance that leaves a warm pool is a launch out of the pool', () => {
    const Description = 'Launching a new EC2 instance from warm pool: i-06e5a36f44cf8a51c';
    const signal = only({ ...load('launch-notification'), Description });
    expect(signal).toMatchObject({ kind: 'launch', launch: { origin: 'WarmPool', destination: 'AutoScalingGroup' } });
  });

  test('without an instance is refused', () => {
    const message = { ...load('launch-notification'), EC2InstanceId: '' };
    expect(only(inSns(message))).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('EC2InstanceId') as string,
    });
  });

  test('details that vary are not looked at', () => {
    for (const Details of [undefined, {}, '{}', { InvokingAlarms: [1] }]) {
      expect(only({ ...load('launch-notification'), Details })).toEqual(fromNotification);
    }
  });
});

describe('messages in one envelope', () => {
  test('each mean what they mean', () => {
    const kinds = readSignals(
      inLambda(load('launch-notification'), { Event: 'autoscaling:TEST_NOTIFICATION' }, 'nonsense'),
    ).map(({ kind }) => kind);
    expect(kinds).toEqual(['launch', 'ignored', 'refused']);
  });
  test('none at all is refused', () => {
    expect(only({ Records: [] }).kind).toBe('refused');
  });
});

test('messages of the topic itself start nothing', () => {
  expect(only({ ...load('sns-envelope'), Type: 'SubscriptionConfirmation' })).toMatchObject({
    kind: 'ignored',
    name: 'SubscriptionMessage',
  });
});

test('events of other kinds start nothing', () => {
  expect(only({ 'detail-type': 'Scheduled Event', detail: {} })).toMatchObject({
    kind: 'ignored',
    name: 'UnknownEvent',
  });
  expect(only({ 'detail-type': 7 })).toMatchObject({ kind: 'ignored', name: 'UnknownEvent' });
});

test.each([
  [null],
  [undefined],
  [7],
  ['text'],
  [[]],
  [{}],
  [{ Records: [null] }],
  [{ Records: [{}] }],
  [{ Type: 'Notification', Message: 7 }],
  [{ 'detail-type': 'EC2 Instance-launch Lifecycle Action' }],
])('refused, never a crash: %j', (message) => {
  expect(only(message).kind).toBe('refused');
});

test('a refusal says what is allowed, in our words', () => {
  const { EC2InstanceId, ...detail } = load('launch-lifecycle-action').detail as Record<string, unknown>;
  expect(EC2InstanceId).toBeDefined();
  const signal = only({ 'detail-type': 'EC2 Instance-launch Lifecycle Action', detail });
  expect(signal).toMatchObject({
    reason: 'EventBridge event, detail: EC2InstanceId: got nothing, allowed: an instance id',
  });
  const none = only({ 'detail-type': 'EC2 Instance-launch Lifecycle Action' });
  expect(none).toMatchObject({ reason: 'EventBridge event, detail: (all): got nothing, allowed: object' });
});

test('text that is not JSON is refused and shown in part', () => {
  expect(readSignalsFromText(`not JSON ${'x'.repeat(500)}`)).toEqual([
    { kind: 'refused', reason: expect.stringMatching(/^JSON is expected, got "not JSON x{1,80}/) as string },
  ]);
  expect(readSignalsFromText(text('launch-lifecycle-action'))).toEqual([fromEvent]);
});
