// Signs with the senders' own libraries, in a process of its own: octokit comes as ES modules only, which Jest does not
// load. Reads a JSON list of { kind, secret, id?, timestamp?, body } and writes a list of headers.
import { Webhooks } from '@octokit/webhooks';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';

let given = '';
for await (const chunk of process.stdin) given += chunk;
const signers = {
  stripe: async ({ secret, timestamp, body }) => ({
    'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp }),
  }),
  github: async ({ secret, id, body }) => ({
    'x-hub-signature-256': await new Webhooks({ secret }).sign(body),
    'x-github-delivery': id,
  }),
  'standard-webhooks': async ({ secret, id, timestamp, body }) => ({
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': new Webhook(secret).sign(id, new Date(timestamp * 1000), body),
  }),
};
const answers = await Promise.all(JSON.parse(given).map((one) => signers[one.kind](one)));
process.stdout.write(JSON.stringify(answers));
