import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { systemClock } from '../../shared/clock';
import { parseEnvironment } from '../../shared/environment';
import { consoleLogger } from '../../shared/logger';
import { systemRandom } from '../../shared/random';
import { createAutoScaling } from '../adapters/aws/auto-scaling';
import { createDynamoDbLedger } from '../adapters/aws/dynamodb-ledger';
import { createParameterSettings } from '../adapters/aws/parameter-settings';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['SETTINGS_PREFIX', 'LEDGER_TABLE']);

export const handler = makeHandler({
  settings: createParameterSettings({ client: new SSMClient({}), prefix: env.SETTINGS_PREFIX, clock: systemClock }),
  autoScaling: createAutoScaling(new AutoScalingClient({})),
  ledger: createDynamoDbLedger({ client: new DynamoDBClient({}), tableName: env.LEDGER_TABLE }),
  clock: systemClock,
  random: systemRandom,
  log: consoleLogger,
});
