import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { createWarehouse } from '../../adapters/aws/redshift';
import { createRouteParameters } from '../../adapters/aws/route-parameters';
import { createS3Store } from '../../adapters/aws/s3-store';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['ROUTES_PATH', 'BUCKET']);
const aws = awsClient(process.env);
const routes = createRouteParameters({ ...runtime, client: new SSMClient(aws), path: env.ROUTES_PATH });

export const handler = makeHandler({
  ...runtime,
  store: createS3Store(new S3Client(aws), env.BUCKET),
  warehouse: createWarehouse(process.env),
  // As they are now: what the stager knew, and this one does not, COPY would leave behind without a word.
  routes: async () => (await routes.readAgain().catch(() => routes.read())).routes,
});
