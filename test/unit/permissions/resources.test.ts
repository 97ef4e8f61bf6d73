import { exampleScope, exampleWorld, webTargets } from '../../support/permissions/example-scope';
import { iamActions } from '../../support/permissions/iam-actions';
import { cases, may } from '../../support/permissions/may';
import type { IamRequest } from '../../support/permissions/request';

// Whose resources the functions may not touch, each beside the nearest one that they may.

const world = exampleWorld();
const { ledger, settings, stepFunctions } = iamActions;
const holder = (group: string) => ({ group, instanceId: 'i-1', index: 1 });

describe('put-in-service', () => {
  const complete = (name: string) =>
    iamActions.autoScaling.completeLifecycleAction(
      { AutoScalingGroupName: name, LifecycleHookName: 'muster-launch', LifecycleActionResult: 'CONTINUE' },
      world,
    );

  test.each(
    cases(
      ['put instances of its groups into service', true, [...complete('web'), ...complete('api')]],
      ['touch another group', false, complete('batch')],
      ['touch a group whose name ends alike', false, complete('old-web')],
      ['touch a group whose name begins alike', false, complete('web-eu')],
      ['write in the partition of another group', false, ledger.update(holder('batch'), world)],
    ),
  )('%s %s', (_, __, allowed, requests) => {
    expect(may('put-in-service', requests)).toBe(allowed);
  });

  test('takes a group name with wildcards in it for that name alone', () => {
    const [web] = exampleScope.groups;
    const scope = { ...exampleScope, groups: [{ ...web!, name: 'w*b?${x}' }] };
    expect(may('put-in-service', complete('w*b?${x}'), scope)).toBe(true);
    expect(may('put-in-service', complete('wxxb1${x}'), scope)).toBe(false);
    const tag = (group: string) =>
      iamActions.ec2.createTags({ Resources: ['i-1'], Tags: [{ Key: 'Name', Value: 'x' }] }, exampleWorld(group));
    expect(may('tag-instance', tag('w*b?${x}'), scope)).toBe(true);
    expect(may('tag-instance', tag('wxxb1${x}'), scope)).toBe(false);
    expect(may('claim-index', ledger.claim(claimIn('w*b?${x}'), world), scope)).toBe(true);
    expect(may('claim-index', ledger.claim(claimIn('wxxb1${x}'), world), scope)).toBe(false);
  });
});

describe('register-targets', () => {
  const register = (TargetGroupArn: string) =>
    iamActions.elasticLoadBalancing.registerTargets({ TargetGroupArn, Targets: [{ Id: 'i-1' }] }, world);

  test.each(
    cases(
      ['register with its target groups', true, register(webTargets)],
      ['register with another one', false, register(webTargets.replace('/web/', '/shop/'))],
      ['register with a later one of the same name', false, register(webTargets.replace('abcdef', 'fedcba'))],
    ),
  )('%s %s', (_, __, allowed, requests) => {
    expect(may('register-targets', requests)).toBe(allowed);
  });
});

describe('run-build', () => {
  const secret = (credentialsSecret: string) =>
    iamActions.jenkins.advance({ url: 'https://jenkins.example.com', credentialsSecret }, world);

  test.each(
    cases(
      ['read its credentials', true, [...secret('jenkins'), ...secret('jenkins-of-api')]],
      ['read another secret', false, secret('database')],
      ['read a secret whose name begins alike', false, secret('jenkins-admin')],
      ['free an index', false, ledger.free(holder('web'), world)],
      ['claim one of a group that is not managed', false, ledger.claim(claimIn('shop'), world)],
    ),
  )('%s %s', (_, __, allowed, requests) => {
    expect(may('run-build', requests)).toBe(allowed);
  });

  test('is the only one that may read credentials', () => {
    expect(may('claim-index', secret('jenkins'))).toBe(false);
  });
});

describe('claim-index', () => {
  test.each(
    cases(
      ['claim in its groups', true, ledger.claim(claimIn('web'), world)],
      ['claim in another one', false, ledger.claim(claimIn('batch'), world)],
      ['use another table', false, inOtherTable(ledger.claim(claimIn('web'), world))],
      ['read which numbers its groups have given', true, ledger.heldIndexes('api', world)],
      ['read which another one has', false, ledger.heldIndexes('batch', world)],
      ['read the settings of its groups', true, settings.read('web', world)],
      ['read those of another one', false, settings.read('batch', world)],
      ['read those of a group whose name begins alike', false, settings.read('web-eu', world)],
    ),
  )('%s %s', (_, __, allowed, requests) => {
    expect(may('claim-index', requests)).toBe(allowed);
  });
});

describe('start-scale-out', () => {
  const { scaleOut } = exampleScope.stateMachineArns;
  const other = scaleOut.replace('muster-', 'payments-');
  const start = (stateMachineArn: string) => stepFunctions.startExecution({ stateMachineArn }, world);
  const look = (machine: string) =>
    stepFunctions.describeExecution({ executionArn: `${machine.replace(':stateMachine:', ':execution:')}:x` }, world);
  const elsewhere = { ...world, settingsPrefix: '/passwords/' };

  test.each(
    cases(
      ['start its machine', true, start(scaleOut)],
      ['start another one', false, start(other)],
      ['look at its executions', true, look(scaleOut)],
      ["look at another machine's", false, look(other)],
      ['ask for the settings of any group', true, settings.read('batch', world)],
      ['read parameters that are not settings', false, settings.read('web', elsewhere)],
      ['read the ledger of a group', true, ledger.member('web', world)],
      ['read the ledger of a group that is not managed', false, ledger.member('batch', world)],
      ['free a number', false, ledger.free(holder('web'), world)],
    ),
  )('%s %s', (_, __, allowed, requests) => {
    expect(may('start-scale-out', requests)).toBe(allowed);
  });
});

function claimIn(group: string) {
  return { ...holder(group), name: 'x-01', execution: 'an execution', at: '2026-01-01T00:00:00.000Z' };
}

function inOtherTable(requests: readonly IamRequest[]): IamRequest[] {
  return requests.map((request) => ({ ...request, resource: `${request.resource}-of-others` }));
}
