import { Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { deploymentParameterName, type DeploymentRecord } from '../../../../functions/fleet/contracts/deployment';

/** Where `muster` finds the parts of this deployment, by the stack's name alone. */
export class DeploymentParameter extends StringParameter {
  constructor(scope: Construct, id: string, record: DeploymentRecord) {
    const stack = Stack.of(scope);
    super(scope, id, {
      parameterName: deploymentParameterName(stack.stackName),
      description: `Where the command line finds the parts of ${stack.stackName}`,
      stringValue: stack.toJsonString(record),
    });
  }
}
