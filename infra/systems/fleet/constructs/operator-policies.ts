import { CfnOutput, Stack } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { mayAct, mayLook, type OperatorScope } from '../permissions/operators';
import { toStatement, type Permission } from '../../../permissions/permission';
import { acknowledge, wildcardFinding } from '../../../constructs/acknowledge';

/**
 * Two policies for people: one for who may look, one for who may act, to be attached to a role or a permission set
 * beside one another. The stack attaches them to no user or role.
 */
export class OperatorPolicies extends Construct {
  constructor(scope: Construct, id: string, permissions: OperatorScope) {
    super(scope, id);
    const look = this.#policy('MayLook', 'may-look', 'looks with the command line muster', mayLook(permissions));
    const act = this.#policy(
      'MayAct',
      'may-act',
      'retries, holds and abandons with muster, on top of it',
      mayAct(permissions),
    );
    new CfnOutput(this, 'MayLookPolicy', { value: look.managedPolicyArn });
    new CfnOutput(this, 'MayActPolicy', { value: act.managedPolicyArn });
  }

  #policy(id: string, name: string, does: string, permissions: readonly Permission[]): ManagedPolicy {
    const { stackName } = Stack.of(this);
    const policy = new ManagedPolicy(this, id, {
      managedPolicyName: `${stackName}-${name}`,
      description: `For a person who ${does}`,
      statements: permissions.map(toStatement),
    });
    for (const { resources, wildcard } of permissions) {
      for (const resource of wildcard === undefined ? [] : resources) {
        const text: unknown = Stack.of(this).resolve(resource);
        if (typeof text === 'string' && text.includes('*'))
          acknowledge(policy, { [wildcardFinding(text)]: wildcard ?? '' });
      }
    }
    this.node.addValidation({ validate: () => tooLarge(policy, name) });
    return policy;
  }
}

/** IAM takes this many characters in a managed policy, without white space, and says so only in a deployment. */
const policyLimit = 6_144;

function tooLarge(policy: ManagedPolicy, name: string): string[] {
  const text = JSON.stringify(Stack.of(policy).resolve(policy.document.toJSON())).replace(/\s/g, '');
  if (text.length <= policyLimit) return [];
  return [
    `the policy ${name} would have ${text.length} characters, and IAM takes ${policyLimit}: ` +
      'move some of the groups into a second deployment, with another stackName',
  ];
}
