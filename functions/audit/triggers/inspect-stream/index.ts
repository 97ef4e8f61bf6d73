import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { names, rulesIn, wired } from '../../wiring';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, [...names, 'RULES']);

export const handler = makeHandler({ ...wired(env, awsClient(process.env)), options: rulesIn(env.RULES) });
