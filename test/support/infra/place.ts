import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { SystemDeps } from '../../../infra/systems/system';

const root = join(__dirname, '../../..');

export const account = '111122223333';
export const region = 'eu-central-1';

/**
 * Where a system is deployed in tests: with the context of `cdk.json`, its functions without their code. CDK's own rules for
 * templates take four seconds to load and one for each stack: one test applies them to every system's example, these do
 * without.
 */
export function placeOfTest({ outdir }: { readonly outdir?: string } = {}): SystemDeps {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  return {
    app: new App({
      context,
      treeMetadata: false,
      builtinCloudFormationValidation: false,
      ...(outdir !== undefined && { outdir }),
    }),
    common: {
      stackName: 'muster',
      account,
      region,
      notify: ['a@example.com'],
      chat: false,
      runbook: 'RUNBOOK.md',
      logRetention: RetentionDays.ONE_MONTH,
    },
    codeOf: () => Code.fromInline('exports.handler = async () => {};'),
  };
}
