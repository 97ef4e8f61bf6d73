import { randomBytes } from 'node:crypto';

/** One event as its sender posts it. */
export interface Outgoing {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly source: string;
  readonly id: string;
}

export interface Sender {
  readonly source: string;
  readonly secret: string;
  /** The n-th event, signed now by the sender's own library. */
  event(n: number): Promise<Outgoing>;
}

/** Senders with the libraries of Stripe, GitHub (octokit) and Standard Webhooks. */
export async function realSenders(): Promise<Sender[]> {
  const [{ default: Stripe }, { Webhooks }, { Webhook }] = await Promise.all([
    import('stripe'),
    import('@octokit/webhooks'),
    import('standardwebhooks'),
  ]);
  const json = { 'content-type': 'application/json' };
  const stripeSecret = `whsec_${randomBytes(24).toString('hex')}`;
  const githubSecret = randomBytes(24).toString('hex');
  const standardSecret = `whsec_${randomBytes(24).toString('base64')}`;
  const run = randomBytes(4).toString('hex');
  return [
    {
      source: 'stripe',
      secret: stripeSecret,
      event: async (n) => {
        const id = `evt_${run}_${n}`;
        const amount = 100 + n;
        const body = JSON.stringify({ id, type: 'charge.succeeded', created: seconds(), data: { object: { amount } } });
        const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret: stripeSecret });
        return {
          path: '/hooks/stripe',
          headers: { ...json, 'stripe-signature': signature },
          body,
          source: 'stripe',
          id,
        };
      },
    },
    {
      source: 'github',
      secret: githubSecret,
      event: async (n) => {
        const id = `${run}-${n}`;
        const body = JSON.stringify({ action: 'opened', number: n, repository: { full_name: 'octo/cat' } });
        const signature = await new Webhooks({ secret: githubSecret }).sign(body);
        const headers = {
          ...json,
          'x-github-delivery': id,
          'x-github-event': 'issues',
          'x-hub-signature-256': signature,
        };
        return { path: '/hooks/github', headers, body, source: 'github', id };
      },
    },
    {
      source: 'standard',
      secret: standardSecret,
      event: async (n) => {
        const id = `msg_${run}_${n}`;
        const body = JSON.stringify({ type: 'contact.created', timestamp: new Date().toISOString(), data: { n } });
        const at = new Date();
        const headers = {
          ...json,
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': new Webhook(standardSecret).sign(id, at, body),
        };
        return { path: '/hooks/standard', headers, body, source: 'standard', id };
      },
    },
  ];
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** The routes of the demonstration. */
export const demoRoutes = [
  {
    name: 'stripe',
    path: '/hooks/stripe',
    scheme: { kind: 'stripe' },
    secret: 'stripe',
    table: 'payments',
    eventTime: '/created',
    columns: {
      kind: { type: 'text', from: '/type', required: true },
      amount: { type: 'bigint', from: '/data/object/amount' },
    },
  },
  {
    name: 'github',
    path: '/hooks/github',
    scheme: { kind: 'github' },
    secret: 'github',
    table: 'code',
    columns: { action: { type: 'text', from: '/action' }, number: { type: 'bigint', from: '/number' } },
  },
  {
    name: 'standard',
    path: '/hooks/standard',
    scheme: { kind: 'standard-webhooks' },
    secret: 'standard',
    table: 'contacts',
    eventTime: '/timestamp',
    columns: { kind: { type: 'text', from: '/type' } },
  },
];
