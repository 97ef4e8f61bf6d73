import type { WebhooksInput } from './config';

/** A section that deploys nowhere, with every kind of thing in it: what its functions may do is tested with it. */
export const example: WebhooksInput = {
  routes: [
    { name: 'stripe', path: '/hooks/stripe', scheme: { kind: 'stripe' }, secret: 'webhooks/stripe', table: 'payments' },
  ],
  warehouse: { workgroup: 'analytics', database: 'events' },
  copyRole: 'arn:aws:iam::111122223333:role/copy',
};
