import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { createLoadExecutions } from '../../adapters/aws/load-executions';
import { createRouteParameters } from '../../adapters/aws/route-parameters';
import { createS3Store } from '../../adapters/aws/s3-store';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['ROUTES_PATH', 'BUCKET', 'STATE_MACHINE_ARN']);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  routes: createRouteParameters({ ...runtime, client: new SSMClient(aws), path: env.ROUTES_PATH }),
  store: createS3Store(new S3Client(aws), env.BUCKET),
  executions: createLoadExecutions(new SFNClient(aws), env.STATE_MACHINE_ARN),
});
