import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { parseClusters, environmentNames, wired } from '../../wiring';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, [...environmentNames, 'CLUSTERS']);

export const handler = makeHandler({
  ...wired(env, awsClient(process.env)),
  clusters: parseClusters(env.CLUSTERS),
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'watch',
});
