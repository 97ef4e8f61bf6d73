import { Aspects, Validations, type IAspect } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { nagOf } from '../../support/infra/nag';
import { assemblyOf, configured, everything, makeStack } from './support';

/** Everything that was acknowledged, with where it was. */
function acknowledged(stack: IConstruct): { path: string; id: string; reason: string; resources: number }[] {
  return stack.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) =>
        Object.entries(data as Record<string, string>).map(([id, reason]) => ({
          path: construct.node.path,
          id: id.replace(/^annotation::/i, ''),
          reason,
          resources: construct.node.findAll().length,
        })),
      ),
  );
}

describe('cdk-nag', () => {
  test.each([
    ['the example', configured],
    ['every option at once', everything],
  ])('finds nothing in %s that is not explained', (_, make) => {
    expect(nagOf(makeStack(make()))).toEqual([]);
  });

  test('would find something', () => {
    const stack = makeStack(configured());
    new Bucket(stack, 'Planted');
    expect(nagOf(stack).join()).toMatch(/AwsSolutions-S\d+ at muster\/Planted/);
  });

  test('would find a permission without an explanation', () => {
    const stack = makeStack(configured());
    const widen: IAspect = {
      visit(node) {
        if (node instanceof CfnRole && node.node.path.includes('/tag-instance/')) {
          const document = {
            Statement: [{ Effect: 'Allow', Action: 'ec2:CreateTags', Resource: 'arn:aws:ec2:*:*:*' }],
          };
          node.policies = [{ policyName: 'wide', policyDocument: document }];
        }
      },
    };
    Aspects.of(stack).add(widen);
    assemblyOf(stack);
    expect(nagOf(stack)).toEqual([
      expect.stringMatching(/IAM5\[Resource::arn:aws:ec2:\*:\*:\*\] at muster\/Fleet\/tag-instance/),
    ]);
  });

  test('every acknowledgement has a reason, and stands at one thing', () => {
    const all = acknowledged(makeStack(everything())).filter(({ id }) => id.startsWith('AwsSolutions'));
    expect(all.length).toBeGreaterThan(0);
    for (const { path, id, reason, resources } of all) {
      expect({ path, id, long: reason.length > 30 }).toEqual({ path, id, long: true });
      expect(path.split('/').length).toBeGreaterThan(2);
      expect(resources).toBeLessThan(15);
    }
  });
});
