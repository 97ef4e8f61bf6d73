import { heartbeatOf, parseHeartbeats } from '../../../functions/fleet/contracts/heartbeats';
import { configured, everything, needs, synthesize, type Resource } from './support';

const { ofType, resources } = synthesize(everything());

/** Everything that stands behind a resource, however far. */
function behind(id: string): Set<string> {
  const found = new Set<string>();
  const visit = (one: Resource) => {
    for (const needed of needs(one, resources)) {
      if (found.has(needed)) continue;
      found.add(needed);
      visit(resources[needed]!);
    }
  };
  visit(resources[id]!);
  return found;
}

const hooks = ofType('AWS::AutoScaling::LifecycleHook');

describe('lifecycle hooks', () => {
  const waits = {
    LifecycleHookName: 'muster-launch',
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    DefaultResult: 'ABANDON',
  };
  const leaves = {
    LifecycleHookName: 'muster-terminate',
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    DefaultResult: 'CONTINUE',
  };

  test('stand on every managed group, with the time-out as configured; no launch is let through by default', () => {
    const groups: [string, number][] = [
      ['web', 3600],
      ['Batch jobs/nightly', 120],
      ['muster-demonstration', 3600],
    ];
    expect(hooks.map(([, { Properties }]) => Properties)).toEqual(
      groups.flatMap(([AutoScalingGroupName, HeartbeatTimeout]) =>
        [waits, leaves].map((kind) => ({ ...kind, AutoScalingGroupName, HeartbeatTimeout })),
      ),
    );
  });

  test('are compared by the reconciler with what was deployed', () => {
    const [[, reconcile]] = ofType('AWS::Lambda::Function').filter(([id]) => /reconcile/i.test(id)) as [
      [string, Resource],
    ];
    const { Variables } = reconcile.Properties.Environment as { Variables: { HEARTBEATS: string } };
    const deployed = parseHeartbeats(Variables.HEARTBEATS);
    const ofGroup = (name: string) => heartbeatOf(deployed, name);
    for (const [, { Properties }] of hooks)
      expect(ofGroup(String(Properties.AutoScalingGroupName))).toBe(Properties.HeartbeatTimeout);
    expect(ofGroup('Batch jobs/nightly')).toBe(120);
  });

  test('go by the names of the settings', () => {
    const group = { group: 'web', launchHook: 'muster-2', terminateHook: 'muster-3' };
    const { ofType: of } = synthesize(configured({ groups: [group] }));
    const names = of('AWS::AutoScaling::LifecycleHook').map(([, { Properties }]) => Properties.LifecycleHookName);
    expect(names).toEqual(['muster-2', 'muster-3']);
  });

  // CloudFormation makes what a resource needs before it, and deletes it after it: so no launch meets a hook that
  // nothing serves, neither while the stack comes nor while it goes.
  test.each(hooks)('%s is made after all that serves it, and deleted before it', (id, hook) => {
    const all = behind(id);
    const serving = [
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::StepFunctions::StateMachine',
      'AWS::IAM::Role',
      'AWS::IAM::Policy',
      'AWS::DynamoDB::Table',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'AWS::EC2::VPCEndpoint',
    ];
    const missing = serving.flatMap((type) => ofType(type)).filter(([one]) => !all.has(one));
    expect(missing.map(([one]) => one)).toEqual([]);
    const group = JSON.stringify(hook.Properties.AutoScalingGroupName);
    const own = [...all].filter((one) => JSON.stringify(resources[one]!.Properties).includes(group.slice(1, -1)));
    expect(own.map((one) => resources[one]!.Type)).toEqual(
      expect.arrayContaining(['AWS::Events::Rule', 'AWS::SSM::Parameter']),
    );
  });

  test('nothing stands on a hook: it can always go first', () => {
    const ids = hooks.map(([id]) => id);
    for (const one of Object.values(resources))
      expect(needs(one, resources).filter((id) => ids.includes(id))).toEqual([]);
  });

  test('depend on the rule of their own group only, which so outlives them when a group leaves the configuration', () => {
    for (const [id] of hooks) {
      const rules = [...behind(id)].filter((one) => JSON.stringify(resources[one]).includes('"aws.autoscaling"'));
      expect(rules).toHaveLength(1);
    }
  });
});

describe('the demonstration', () => {
  const [[groupId, group]] = ofType('AWS::AutoScaling::AutoScalingGroup') as [[string, Resource]];

  test('is not made unless asked for', () => {
    const plain = synthesize(configured());
    plain.template.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 0);
    plain.template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0);
  });

  test('begins empty, so that no instance slips past the hook that comes after it', () => {
    expect(group.Properties).toMatchObject({
      AutoScalingGroupName: 'muster-demonstration',
      MinSize: '0',
      MaxSize: '4',
    });
    expect(group.Properties).not.toHaveProperty('DesiredCapacity');
    const [hook] = hooks.filter(([, one]) => one.Properties.AutoScalingGroupName === 'muster-demonstration');
    expect(behind(hook![0])).toContain(groupId);
  });

  test('scales in by the newest instance, so that numbers stay dense', () => {
    expect(group.Properties.TerminationPolicies).toEqual(['NewestInstance']);
  });

  test('has its target group in its settings', () => {
    const [settings] = ofType('AWS::SSM::Parameter').filter(
      ([, one]) => one.Properties.Name === '/muster/groups/muster-demonstration',
    );
    const [targets] = ofType('AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(needs(settings![1], resources)).toContain(targets![0]);
  });

  test('lets only the load balancer reach the instances, and no address the load balancer', () => {
    const rules = ofType('AWS::EC2::SecurityGroupIngress').map(([, { Properties }]) => Properties);
    expect(rules).toEqual([
      expect.objectContaining({ FromPort: 80, ToPort: 80, SourceSecurityGroupId: expect.anything() as unknown }),
    ]);
    for (const [, { Properties }] of ofType('AWS::EC2::SecurityGroup')) {
      expect(JSON.stringify(Properties.SecurityGroupIngress ?? [])).not.toContain('0.0.0.0/0');
    }
  });
});
