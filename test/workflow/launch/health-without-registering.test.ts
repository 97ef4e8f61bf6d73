import { createEngine, lambdaTasks, loadStateMachine } from '../../../infra/lab/engine';
import { stateOf, withLab } from '../../support/run-lab';

/** What a naive workflow does in a launch hook: wait until the target is healthy, then complete the hook. */
const naive = {
  QueryLanguage: 'JSONata',
  StartAt: 'Poll health',
  States: {
    'Poll health': {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'poll', Payload: {} },
      Retry: [{ ErrorEquals: ['NotHealthyYet'], IntervalSeconds: 15, MaxAttempts: 10_000, BackoffRate: 1 }],
      Next: 'Complete',
    },
    Complete: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'complete', Payload: {} },
      End: true,
    },
  },
};

// The group registers an instance only after its launch hook has ended; the hook ends only when the target is healthy.
test('polling health inside the hook without registering waits for ever, until the hook itself gives up', () =>
  withLab({ reconciler: false }, async (lab) => {
    // Muster does not hear of the launch: the naive machine is on its own.
    lab.region.bus.setDelivery({ quality: { loss: 1 } });
    const TargetGroupArn = lab.addGroup('web', { launchHook: 'naive' });
    const { id } = lab.region.autoScaling.world.launchInstance('web');
    lab.region.ec2.world.setAppState(id, 'healthy');
    await lab.clock.advance(30_000);
    expect(stateOf(lab, id)).toBe('Pending:Wait');

    const seen = new Set<string>();
    const tasks = lambdaTasks({
      poll: async () => {
        const answer = await lab.region.elasticLoadBalancing.api.describeTargetHealth({
          TargetGroupArn,
          Targets: [{ Id: id }],
        });
        const health = answer.TargetHealthDescriptions?.[0]?.TargetHealth;
        seen.add(`${health?.State}/${health?.Reason}`);
        if (health?.State !== 'healthy') throw Object.assign(new Error('not yet'), { name: 'NotHealthyYet' });
      },
      complete: () => expect('never').toBe('reached'),
    });
    const engine = createEngine({ clock: lab.clock });
    const stateMachineArn = engine.createStateMachine(loadStateMachine(naive), { name: 'naive', tasks });
    const { executionArn } = engine.startExecution({ stateMachineArn });

    await lab.clock.advance(55 * 60_000);
    expect(engine.describeExecution({ executionArn })).toMatchObject({ status: 'RUNNING' });
    expect([...seen]).toEqual(['unused/Target.NotRegistered']);
    expect(stateOf(lab, id)).toBe('Pending:Wait');

    // The heartbeat timeout of an hour passes: Auto Scaling throws a perfectly healthy instance away.
    await lab.clock.advance(10 * 60_000);
    expect(['InService', 'Pending:Wait']).not.toContain(stateOf(lab, id));
    expect(engine.describeExecution({ executionArn }).status).toBe('RUNNING');
  }));
