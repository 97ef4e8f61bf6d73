import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsClient, oneAttempt } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { createAutoScaling } from '../../adapters/aws/auto-scaling';
import { createDynamoDbLedger } from '../../adapters/aws/dynamodb-ledger';
import { createParameterSettings } from '../../adapters/aws/parameter-settings';
import { createSns } from '../../adapters/aws/sns';
import { createStepFunctions } from '../../adapters/aws/step-functions';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, [
  'SETTINGS_PREFIX',
  'LEDGER_TABLE',
  'STATE_MACHINE_ARN',
  'TOPIC_ARN',
  'CHAT',
]);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  settings: createParameterSettings({ ...runtime, client: new SSMClient(aws), prefix: env.SETTINGS_PREFIX }),
  autoScaling: createAutoScaling(new AutoScalingClient(aws)),
  ledger: createDynamoDbLedger({ client: new DynamoDBClient(aws), tableName: env.LEDGER_TABLE }),
  stepFunctions: createStepFunctions(new SFNClient(aws)),
  // People would get two messages of which neither says that it may be a repetition.
  sns: createSns(new SNSClient({ ...aws, ...oneAttempt }), env.CHAT),
  topicArn: env.TOPIC_ARN,
  stateMachineArn: env.STATE_MACHINE_ARN,
});
