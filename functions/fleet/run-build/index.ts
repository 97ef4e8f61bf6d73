import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { systemClock } from '../../shared/clock';
import { parseEnvironment } from '../../shared/environment';
import { consoleLogger } from '../../shared/logger';
import { createDynamoDbLedger } from '../adapters/aws/dynamodb-ledger';
import { createParameterSettings } from '../adapters/aws/parameter-settings';
import { createJenkinsDirectory } from '../adapters/jenkins-directory';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['SETTINGS_PREFIX', 'LEDGER_TABLE']);

export const handler = makeHandler({
  settings: createParameterSettings({ client: new SSMClient({}), prefix: env.SETTINGS_PREFIX, clock: systemClock }),
  ledger: createDynamoDbLedger({ client: new DynamoDBClient({}), tableName: env.LEDGER_TABLE }),
  jenkins: createJenkinsDirectory({ secrets: new SecretsManagerClient({}), clock: systemClock }),
  clock: systemClock,
  log: consoleLogger,
});
