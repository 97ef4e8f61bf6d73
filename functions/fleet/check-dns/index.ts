import { Route53Client } from '@aws-sdk/client-route-53';
import { consoleLogger } from '../../shared/logger';
import { createRoute53 } from '../adapters/aws/route53';
import { makeHandler } from './handler';

export const handler = makeHandler({
  route53: createRoute53(new Route53Client({})),
  log: consoleLogger,
});
