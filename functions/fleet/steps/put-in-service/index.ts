import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClient, oneAttempt } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { createAutoScaling } from '../../adapters/aws/auto-scaling';
import { createDynamoDbLedger } from '../../adapters/aws/dynamodb-ledger';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['LEDGER_TABLE']);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  // Of a completed action Auto Scaling says that there is none: whether it was ours, only its answer can tell.
  autoScaling: createAutoScaling(new AutoScalingClient({ ...aws, ...oneAttempt })),
  ledger: createDynamoDbLedger({ client: new DynamoDBClient(aws), tableName: env.LEDGER_TABLE }),
});
