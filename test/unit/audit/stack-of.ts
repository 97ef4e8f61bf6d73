import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { readAudit, type AuditInput } from '../../../infra/systems/audit/config';
import { AuditStack } from '../../../infra/systems/audit/stack';

export const account = '111122223333';
const root = join(__dirname, '../../..');

/** The stack of a section, with functions that do nothing. */
export function stackOf(given: AuditInput) {
  const read = readAudit(given, { account });
  if (!('section' in read)) throw new TypeError(JSON.stringify(read.mistakes));
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const app = new App({ context, treeMetadata: false });
  const common = {
    stackName: 'muster',
    account,
    region: 'eu-central-1',
    notify: ['a@example.com'],
    runbook: 'RUNBOOK.md',
    logRetention: RetentionDays.ONE_MONTH,
  };
  return new AuditStack(
    { app, common, codeOf: () => Code.fromInline('exports.handler = async () => {};') },
    read.section,
  );
}
