import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { createAutoScaling } from '../../adapters/aws/auto-scaling';
import { createDynamoDbLedger } from '../../adapters/aws/dynamodb-ledger';
import { createEc2 } from '../../adapters/aws/ec2';
import { createElasticLoadBalancing } from '../../adapters/aws/elastic-load-balancing';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['LEDGER_TABLE']);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  autoScaling: createAutoScaling(new AutoScalingClient(aws)),
  ec2: createEc2(new EC2Client(aws)),
  elasticLoadBalancing: createElasticLoadBalancing(new ElasticLoadBalancingV2Client(aws)),
  ledger: createDynamoDbLedger({ client: new DynamoDBClient(aws), tableName: env.LEDGER_TABLE }),
});
