import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import type { BusEvent } from '../../../infra/lab/region/event-bridge/event';
import { interceptAllPorts } from '../../support/intercept-ports';
import { withLab } from '../../support/run-lab';

const pattern = { source: ['aws.states'], 'detail-type': ['Step Functions Execution Status Change'] };

/** Puts a rule and returns what it gets, as it comes. */
function heard(lab: Lab): BusEvent[] {
  const events: BusEvent[] = [];
  lab.region.bus.putRule({ name: 'outcome-test', pattern, target: (event) => events.push(event) });
  return events;
}

/** An execution whose first step refuses its input. */
async function fail(lab: Lab): Promise<string> {
  const { engine, stateMachineArn } = lab.muster;
  const { executionArn } = engine.startExecution({ stateMachineArn, name: 'one', input: '{}' });
  await lab.clock.advance(600_000);
  expect(engine.describeExecution({ executionArn }).status).toBe('FAILED');
  return executionArn;
}

const statuses = (events: readonly BusEvent[]) =>
  events.map(({ detail }) => [detail.status, detail.redriveCount]).sort();

test("the bus carries each change of an execution's status, and again after a redrive", () =>
  withLab({}, async (lab) => {
    const events = heard(lab);
    const executionArn = await fail(lab);
    expect(statuses(events)).toEqual([
      ['FAILED', 0],
      ['RUNNING', 0],
    ]);
    expect(events.find(({ detail }) => detail.status === 'FAILED')).toMatchObject({
      version: '0',
      source: 'aws.states',
      account: '123456789012',
      region: 'eu-central-1',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      resources: [executionArn],
      detail: { executionArn, stateMachineArn: lab.muster.stateMachineArn, name: 'one', input: '{}', output: null },
    });
    lab.muster.engine.redriveExecution({ executionArn });
    await lab.clock.advance(600_000);
    expect(statuses(events.slice(2))).toEqual([
      ['FAILED', 1],
      ['RUNNING', 1],
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(4);
  }));

test.each([
  ['lost', { bySource: { 'aws.states': { loss: 1 } } }, 0],
  ['doubled', { bySource: { 'aws.states': { duplication: 1 } } }, 4],
  ['left alone when those of Auto Scaling get lost', { bySource: { 'aws.autoscaling': { loss: 1 } } }, 2],
])('status events can be %s', (_, delivery, count) =>
  withLab({ region: { events: delivery } }, async (lab) => {
    const events = heard(lab);
    await fail(lab);
    expect(events).toHaveLength(count);
    expect(lab.region.bus.published.filter(({ source }) => source === 'aws.states')).toHaveLength(2);
  }),
);

test('what goes to the topic for people can be read there', () =>
  withLab({}, async (lab) => {
    const { topicArn } = lab.muster;
    await lab.region.sns.api.publish({ TopicArn: topicArn, Message: 'by hand' });
    expect(lab.region.topics.publishedTo(topicArn)).toMatchObject([{ message: 'by hand' }]);
    expect(lab.region.topics.publishedTo(lab.region.topics.create('scaling'))).toEqual([]);
  }));

test('the functions reach Step Functions through the ports, and the state machine does not', async () => {
  const calls: string[] = [];
  const interceptPorts = interceptAllPorts((call, proceed) => {
    calls.push(call);
    return proceed();
  });
  await withLab({ interceptPorts, reconciler: false }, async (lab) => {
    await fail(lab);
    // To start it is no call of a function; that its failure is looked at is one.
    const made = new Set(calls.filter((call) => call.startsWith('stepFunctions.')));
    expect([...made]).not.toContain('stepFunctions.startExecution');
    lab.addGroup('web');
    lab.region.autoScaling.world.setDesiredCapacity('web', 1);
    await lab.clock.advance(30_000);
    expect(calls).toContain('stepFunctions.startExecution');
  });
});
