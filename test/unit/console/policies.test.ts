import { actActions, deniedSentence, lookActions } from '../../../infra/console/policies';
import { mayAct, mayLook } from '../../../infra/systems/fleet/permissions/operators';
import { exampleScope } from '../../support/permissions/example-scope';

const scope = { ...exampleScope, deploymentParameter: '/muster/deployment', stackName: 'muster' };
const actionsOf = (permissions: ReturnType<typeof mayLook>) =>
  [...new Set(permissions.flatMap(({ actions }) => actions))].sort();

test('the actions that are said to be in the two policies are those that are in them', () => {
  expect([...lookActions].sort()).toEqual(actionsOf(mayLook(scope)));
  expect([...actActions].sort()).toEqual(actionsOf(mayAct(scope)));
});

const refusal = (rest: string) => `User: arn:aws:sts::1:assumed-role/a/b is not authorized to perform: ${rest}`;

test.each([
  [
    'ec2:DescribeInstances because no identity-based policy allows it',
    'ec2:DescribeInstances. The policy "blue-may-look"',
  ],
  [
    'states:DescribeExecution on resource: arn:aws:states:r:1:execution:blue-scale-out:x',
    'x. The policy "blue-may-look"',
  ],
  ['states:DescribeExecution on resource: arn:aws:states:r:1:execution:blue-release:x', 'x. The policy "blue-may-act"'],
  [
    'ec2:CreateTags on resource: arn:aws:ec2:r:1:instance/i-1 with an explicit deny',
    'i-1. a policy denies it explicitly',
  ],
  [
    'ec2:CreateTags on resource: arn:aws:ec2:r:1:instance/i-1 with an explicit deny in a service control policy',
    'i-1. service control policy denies it explicitly',
  ],
  ['s3:GetObject on resource: arn:aws:s3:::x/y', "y. Neither of the deployment's policies allows it"],
])('%s', (rest, sentence) => {
  expect(deniedSentence(refusal(rest), 'blue')).toContain(sentence);
});

test('a text that names no action is none of these', () => {
  expect(deniedSentence('Access to KMS is not allowed', 'blue')).toBeUndefined();
});
