import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsClient } from '../../shared/aws-client';
import { parseEnvironment } from '../../shared/environment';
import { createAutoScaling } from '../adapters/aws/auto-scaling';
import { createParameterSettings } from '../adapters/aws/parameter-settings';
import { createStepFunctions } from '../adapters/aws/step-functions';
import { runtime } from '../runtime';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['SETTINGS_PREFIX', 'STATE_MACHINE_ARN']);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  settings: createParameterSettings({ ...runtime, client: new SSMClient(aws), prefix: env.SETTINGS_PREFIX }),
  autoScaling: createAutoScaling(new AutoScalingClient(aws)),
  stepFunctions: createStepFunctions(new SFNClient(aws)),
  stateMachineArn: env.STATE_MACHINE_ARN,
});
