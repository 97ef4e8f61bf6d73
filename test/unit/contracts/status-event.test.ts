import { readStatusChange } from '../../../functions/fleet/contracts/status-event';

const machine = 'arn:aws:states:us-east-2:123456789012:stateMachine:scale-out';
const execution = 'arn:aws:states:us-east-2:123456789012:execution:scale-out:web_i-0a1b2c3d_EC2-AutoScalingGroup';

/** As the Step Functions developer guide shows it. */
function anEvent(detail: Record<string, unknown> = {}, changes: Record<string, unknown> = {}) {
  return {
    version: '0',
    id: '315c1398-40ff-a850-213b-158f73e60175',
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: '123456789012',
    time: '2019-02-26T19:42:21Z',
    region: 'us-east-2',
    resources: [execution],
    detail: {
      executionArn: execution,
      stateMachineArn: machine,
      name: 'web_i-0a1b2c3d_EC2-AutoScalingGroup',
      status: 'FAILED',
      startDate: 1551225146847,
      stopDate: 1551225151881,
      input: '{}',
      inputDetails: { included: true },
      output: null,
      outputDetails: null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: 'REDRIVABLE',
      redriveStatusReason: null,
      error: 'BuildFailed',
      cause: 'deploy #1 FAILURE',
      ...detail,
    },
    ...changes,
  };
}

test.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])('an execution that is %s has ended', (status) => {
  expect(readStatusChange(anEvent({ status }), machine)).toEqual({ kind: 'ended', executionArn: execution });
});

test('an input that was too large to be included is not missed', () => {
  const event = anEvent({ input: null, inputDetails: { included: false } });
  expect(readStatusChange(event, machine)).toMatchObject({ kind: 'ended' });
});

test.each([
  ['StillRunning', anEvent({ status: 'RUNNING' })],
  ['StillRunning', anEvent({ status: 'PENDING_REDRIVE' })],
  ['UnknownStatus', anEvent({ status: 'PAUSED' })],
  ['NotOurs', anEvent({ stateMachineArn: `${machine}-of-others` })],
  ['UnknownEvent', anEvent({}, { 'detail-type': 'EC2 Instance-launch Lifecycle Action', source: 'aws.autoscaling' })],
])('%s: nothing to do', (name, event) => {
  expect(readStatusChange(event, machine)).toMatchObject({ kind: 'ignored', name });
});

test.each([
  ['no object', 'text', 'got'],
  ['nothing', null, 'got null'],
  ['an object that is no event', { detail: {} }, 'detail.executionArn: got nothing'],
  ['a detail without an execution', anEvent({ executionArn: undefined }), 'detail.executionArn: got nothing'],
  ['an empty status', anEvent({ status: '' }), 'detail.status: got ""'],
  ['an event of another source that has the same type', anEvent({}, { source: 'mine' }), 'source: got "mine"'],
  ['an event without a type', anEvent({}, { 'detail-type': undefined }), 'detail-type'],
])('%s is refused, and it is said what was wrong', (_, message, said) => {
  const change = readStatusChange(message, machine);
  expect(change.kind).toBe('refused');
  expect(change).toMatchObject({ reason: expect.stringContaining(said) as string });
});
