import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { createDynamoDbLedger } from '../../adapters/aws/dynamodb-ledger';
import { createParameterSettings } from '../../adapters/aws/parameter-settings';
import { createStepFunctions } from '../../adapters/aws/step-functions';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['SETTINGS_PREFIX', 'LEDGER_TABLE', 'STATE_MACHINE_ARN']);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  settings: createParameterSettings({ ...runtime, client: new SSMClient(aws), prefix: env.SETTINGS_PREFIX }),
  stepFunctions: createStepFunctions(new SFNClient(aws)),
  ledger: createDynamoDbLedger({ client: new DynamoDBClient(aws), tableName: env.LEDGER_TABLE }),
  stateMachineArn: env.STATE_MACHINE_ARN,
});
