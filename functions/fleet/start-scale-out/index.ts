import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { systemClock } from '../../shared/clock';
import { parseEnvironment } from '../../shared/environment';
import { consoleLogger } from '../../shared/logger';
import { createAutoScaling } from '../adapters/aws/auto-scaling';
import { createParameterSettings } from '../adapters/aws/parameter-settings';
import { createStepFunctions } from '../adapters/aws/step-functions';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['SETTINGS_PREFIX', 'STATE_MACHINE_ARN']);

export const handler = makeHandler({
  settings: createParameterSettings({ client: new SSMClient({}), prefix: env.SETTINGS_PREFIX, clock: systemClock }),
  autoScaling: createAutoScaling(new AutoScalingClient({})),
  stepFunctions: createStepFunctions(new SFNClient({})),
  stateMachineArn: env.STATE_MACHINE_ARN,
  log: consoleLogger,
});
