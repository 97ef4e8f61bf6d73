import { join } from 'node:path';
import { readWebhooks, type WebhooksInput } from '../../../infra/systems/webhooks/config';
import { WebhooksStack } from '../../../infra/systems/webhooks/stack';
import { DeployedTemplate as TemplateOf } from '../infra/deployed-template';
import { account, placeOfTest, region } from '../infra/place';

export const root = join(__dirname, '../../..');

export { account, region };

/** Two routes into a Serverless workgroup. */
export const exampleSection: WebhooksInput = {
  routes: [
    { name: 'stripe', path: '/hooks/stripe', scheme: { kind: 'stripe' }, secret: 'webhooks/stripe', table: 'payments' },
    { name: 'github', path: '/hooks/github', scheme: { kind: 'github' }, secret: 'webhooks/github', table: 'code' },
  ],
  warehouse: { workgroup: 'analytics', database: 'events' },
  copyRole: `arn:aws:iam::${account}:role/copy`,
};

/** The stack of a section, its functions without their code. */
export function stackOf(given: WebhooksInput): WebhooksStack {
  const read = readWebhooks(given);
  if (!('section' in read)) throw new TypeError(JSON.stringify(read.mistakes));
  return new WebhooksStack(placeOfTest(), read.section);
}

/** The same stack's template as CloudFormation would deploy it. */
export class DeployedTemplate extends TemplateOf {
  constructor(given: WebhooksInput) {
    super(stackOf(given));
  }
}
