import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Route53Client } from '@aws-sdk/client-route-53';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { createDynamoDbLedger } from '../../adapters/aws/dynamodb-ledger';
import { createRoute53 } from '../../adapters/aws/route53';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['LEDGER_TABLE']);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  route53: createRoute53(new Route53Client(aws)),
  ledger: createDynamoDbLedger({ client: new DynamoDBClient(aws), tableName: env.LEDGER_TABLE }),
});
