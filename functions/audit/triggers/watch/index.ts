import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { names, wired } from '../wiring';
import { makeHandler } from './handler';

export const handler = makeHandler(wired(parseEnvironment(process.env, names), awsClient(process.env)));
