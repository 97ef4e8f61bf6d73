import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { writeLine, embeddedMetrics } from '../../../shared/runtime';
import { auditMetrics, metricNamespace } from '../../contracts/metrics';
import { parseClusters, names, wired } from '../../wiring';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, [...names, 'CLUSTERS']);
const all = wired(env, awsClient(process.env));

export const handler = makeHandler({
  ...all,
  clusters: parseClusters(env.CLUSTERS),
  metrics: embeddedMetrics({
    namespace: metricNamespace,
    definitions: auditMetrics,
    clock: all.clock,
    write: writeLine,
  }),
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'watch',
});
