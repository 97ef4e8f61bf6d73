import { Stack } from 'aws-cdk-lib';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { deploymentParameterName, type DeploymentRecord } from '../../../../functions/fleet/contracts/deployment';
import { largestStored, storedBytes } from '../config/stored-settings';

/** Where `muster` finds the parts of this deployment, by the stack's name alone. */
export class DeploymentParameter extends StringParameter {
  constructor(scope: Construct, id: string, record: DeploymentRecord) {
    const stack = Stack.of(scope);
    super(scope, id, {
      parameterName: deploymentParameterName(stack.stackName),
      description: `Where the command line finds the parts of ${stack.stackName}`,
      stringValue: stack.toJsonString(record),
      // What was taken out of the settings, and where secrets may be used, can be more than a standard parameter holds.
      tier: ParameterTier.INTELLIGENT_TIERING,
    });
    this.node.addValidation({ validate: () => tooLarge(record) });
  }
}

function tooLarge(record: DeploymentRecord): string[] {
  const size = storedBytes(record);
  if (size <= largestStored.advanced) return [];
  return [
    `fleet.formerly and the secrets and URLs of Jenkins have to fit into a parameter of at most ${largestStored.advanced} bytes, ` +
      `which would have ${size}: leave out of fleet.formerly what no member holds any more (muster doctor)`,
  ];
}
