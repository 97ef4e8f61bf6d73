import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { systemClock } from '../../shared/clock';
import { parseEnvironment } from '../../shared/environment';
import { consoleLogger } from '../../shared/logger';
import { createDynamoDbLedger } from '../adapters/aws/dynamodb-ledger';
import { createElasticLoadBalancing } from '../adapters/aws/elastic-load-balancing';
import { createParameterSettings } from '../adapters/aws/parameter-settings';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['SETTINGS_PREFIX', 'LEDGER_TABLE']);

export const handler = makeHandler({
  settings: createParameterSettings({ client: new SSMClient({}), prefix: env.SETTINGS_PREFIX, clock: systemClock }),
  elasticLoadBalancing: createElasticLoadBalancing(new ElasticLoadBalancingV2Client({})),
  ledger: createDynamoDbLedger({ client: new DynamoDBClient({}), tableName: env.LEDGER_TABLE }),
  clock: systemClock,
  log: consoleLogger,
});
