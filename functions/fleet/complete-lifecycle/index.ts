import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../../shared/clock';
import { parseEnvironment } from '../../shared/environment';
import { consoleLogger } from '../../shared/logger';
import { createAutoScaling } from '../adapters/aws/auto-scaling';
import { createDynamoDbLedger } from '../adapters/aws/dynamodb-ledger';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['LEDGER_TABLE']);

export const handler = makeHandler({
  autoScaling: createAutoScaling(new AutoScalingClient({})),
  ledger: createDynamoDbLedger({ client: new DynamoDBClient({}), tableName: env.LEDGER_TABLE }),
  clock: systemClock,
  log: consoleLogger,
});
