import { createHmac } from 'node:crypto';
import { readRoutes, type Route, type RouteInput } from '../../../functions/webhooks/contracts/routes';

const secret = 'a secret of the bench';

export const benchRoutes: readonly RouteInput[] = [
  {
    name: 'bench',
    path: '/hooks/bench',
    scheme: { kind: 'hmac', header: 'x-signature' },
    secret: 'bench',
    eventId: { from: 'body', pointer: '/id' },
    table: 'bench',
    columns: { kind: { type: 'text', from: '/type' }, amount: { type: 'bigint', from: '/data/amount' } },
  },
];
const read = readRoutes(benchRoutes);

/** One route with two columns. */
export const routes: readonly Route[] = 'routes' in read ? read.routes : [];

export const secrets = { read: async () => [secret] };

/** An event of about so many bytes, and the headers that its sender puts beside it. */
export function eventOf(
  id: string,
  bytes: number,
): { readonly body: string; readonly headers: Record<string, string> } {
  const head = JSON.stringify({ id, type: 'charge.succeeded', data: { amount: 4200, note: '' } });
  const body = JSON.stringify({
    ...{ id, type: 'charge.succeeded' },
    data: { amount: 4200, note: 'n'.repeat(Math.max(0, bytes - head.length)) },
  });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return { body, headers: { 'content-type': 'application/json', 'x-signature': signature } };
}
