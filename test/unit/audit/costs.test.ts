import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { auditFunctions } from '../../../infra/systems/audit/functions';
import { prices } from '../../bench/cost/prices';
import { stackOf } from './stack-of';

// What README says a month costs, from the template (alarms, memory of the functions) and the calls that are made.

const hours = 730;
const minutes = hours * 60;

function month() {
  const alarms = Object.keys(
    Template.fromStack(
      stackOf({
        buckets: [{ name: 'logs' }],
        mail: { from: 'muster@example.com', to: ['security@example.com'] },
      }),
    ).findResources('AWS::CloudWatch::Alarm'),
  ).length;
  const gb = (name: keyof typeof auditFunctions) => auditFunctions[name].memoryMb / 1024;
  // A tenth of a second for each minute's look, half a second for each log.
  const gbSeconds = minutes * 0.1 * gb('watch') + 3 * hours * 0.5 * gb('inspect-log');
  const invocations = minutes + 3 * hours;
  // A look reads book (three times) and clusters, of up to 4 KB, and writes the book in a transaction: 2 KB, two units each.
  // A log reads mark, memory (twice), clusters and the book (three times), and writes book, memory, clusters and mark.
  const reads = minutes * 4 + 3 * hours * 7;
  const writes = minutes * 4 + 3 * hours * 16;
  const dynamoDb = reads * prices.dynamoDbRead + writes * prices.dynamoDbWrite;
  const lambda = invocations * prices.lambdaRequest + gbSeconds * prices.lambdaGbSecond;
  // Ten cents an alarm, thirty for the metric.
  return { alarms: alarms * 0.1 + 0.3, dynamoDb, lambda };
}

test('the costs in README are these', () => {
  const { alarms, dynamoDb, lambda } = month();
  const ses = hours * 0.0001;
  const total = alarms + dynamoDb + lambda + ses;
  const usd = (value: number) => `$${value.toFixed(2)}`;
  const text = `a cluster with three logs an hour and a mail an hour ${usd(total)} a month, of which ${usd(alarms)} alarms and their metric, ${usd(dynamoDb)} DynamoDB, ${usd(lambda)} Lambda`;
  const readme = readFileSync(join(__dirname, '../../../README.md'), 'utf8').replace(/\s+/g, ' ');
  expect(/<!-- audit-costs -->(.*?)<!-- \/audit-costs -->/.exec(readme)?.[1]).toBe(text);
});
