import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultOptions } from '../../functions/audit/domain/rules/options';
import type { PlanFile } from '../../functions/probes/contracts/plan';
import { defaultPolicy } from '../../functions/shared/incidents/book';
import { auditFunctions } from '../../infra/systems/audit/functions';
import { homeFunctions, regionFunctions } from '../../infra/systems/probes/functions';
import { webhookFunctions } from '../../infra/systems/webhooks/functions';

/**
 * What the stacks of the other systems put into their functions' environments; made up. The bench loads functions that
 * read some of it as they begin.
 *
 * @param folder where the plan of the probes is put.
 */
export function otherSystemsEnvironment(folder: string): Record<string, string> {
  const plan: PlanFile = { version: 1, title: 'A bench', regions: ['eu-central-1'], targets: [] };
  const planFile = join(folder, 'plan.json');
  writeFileSync(planFile, JSON.stringify(plan));
  const known: Readonly<Record<string, string>> = {
    STATE_TABLE: 'muster-state',
    MAIL_FROM: 'muster@example.com',
    MAIL_TO: 'operators@example.com',
    POLICY: JSON.stringify({ ...defaultPolicy, timeZone: 'UTC' }),
    RULES: JSON.stringify(defaultOptions),
    CLUSTERS: '[]',
    PLAN_FILE: planFile,
    LOOKS_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/looks',
    REPORTS_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/reports',
    QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/events',
    HOME_REGION: 'eu-central-1',
    PAGE_BUCKET: 'muster-page',
    BUCKET: 'muster-events',
    ROUTES_PATH: '/muster/webhooks/routes',
    WAREHOUSE: 'workgroup:analytics',
    DATABASE: 'analytics',
    SCHEMA: 'webhooks',
    COPY_ROLE: 'arn:aws:iam::123456789012:role/copy',
    HORIZON_DAYS: '30',
  };
  const missing = names().filter((name) => !(name in known) && !elsewhere.has(name));
  if (missing.length > 0) throw new Error(`the bench has no value for ${missing.join(', ')}`);
  return known;
}

/** Of Lambda itself, of the fleet (lambda-environment.ts), or for node as it begins. */
const elsewhere = new Set([
  'DEPLOYMENT',
  'TOPIC_ARN',
  'CHAT',
  'STATE_MACHINE_ARN',
  'NODE_OPTIONS',
  'UV_THREADPOOL_SIZE',
]);

interface FunctionEnvironment {
  readonly environment: readonly string[];
}

const systems: readonly Readonly<Record<string, FunctionEnvironment>>[] = [
  auditFunctions,
  regionFunctions,
  homeFunctions,
  webhookFunctions,
];

function names(): string[] {
  return systems.flatMap((functions) => Object.values(functions).flatMap(({ environment }) => [...environment]));
}
