import { Route53Client } from '@aws-sdk/client-route-53';
import { awsClient } from '../../shared/aws-client';
import { createRoute53 } from '../adapters/aws/route53';
import { runtime } from '../runtime';
import { makeHandler } from './handler';

const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  route53: createRoute53(new Route53Client(aws)),
});
