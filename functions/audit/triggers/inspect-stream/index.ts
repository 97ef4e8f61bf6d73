import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { keepHeapSmall } from '../../../shared/small-heap';
import { environmentNames, parseRules, wired } from '../../wiring';
import { makeHandler } from './handler';

keepHeapSmall();
const env = parseEnvironment(process.env, [...environmentNames, 'RULES']);

// Lambda says it to every function.
const region = process.env.AWS_REGION;

export const handler = makeHandler({
  ...wired(env, awsClient(process.env)),
  options: parseRules(env.RULES),
  ...(region !== undefined && { region }),
});
