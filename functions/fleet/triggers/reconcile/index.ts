import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsClient, oneAttempt } from '../../../shared/aws-client';
import { createAutoScaling } from '../../adapters/aws/auto-scaling';
import { createDynamoDbLedger } from '../../adapters/aws/dynamodb-ledger';
import { createEc2 } from '../../adapters/aws/ec2';
import { createParameterSettings } from '../../adapters/aws/parameter-settings';
import { createSns } from '../../adapters/aws/sns';
import { createStepFunctions } from '../../adapters/aws/step-functions';
import { runtime } from '../../runtime';
import { readEnvironment } from './environment';
import { makeHandler } from './handler';

const { prefix, tableName, chat, deps } = readEnvironment(process.env);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  ...deps,
  settings: createParameterSettings({ ...runtime, client: new SSMClient(aws), prefix }),
  autoScaling: createAutoScaling(new AutoScalingClient(aws)),
  ec2: createEc2(new EC2Client(aws)),
  ledger: createDynamoDbLedger({ client: new DynamoDBClient(aws), tableName }),
  stepFunctions: createStepFunctions(new SFNClient(aws)),
  // People would get two messages of which neither says that it may be a repetition.
  sns: createSns(new SNSClient({ ...aws, ...oneAttempt }), chat),
});
