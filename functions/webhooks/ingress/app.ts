import { Hono, type Context } from 'hono';
import type { Clock } from '../../shared/clock';
import type { Logger } from '../../shared/log';
import type { Route } from '../contracts/routes';
import type { WebhookMetrics } from '../contracts/metrics';
import type { EventQueue } from '../ports/queue';
import type { ObjectStore } from '../ports/objects';
import { verifySignature, type Verdict } from '../signatures';
import { accept, fingerprint } from './accept';
import { readBody } from './body';
import type { SecretsCache } from './secrets-cache';

export interface IngressDeps {
  readonly queue: EventQueue;
  readonly store: ObjectStore;
  readonly secrets: SecretsCache;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: WebhookMetrics;
  /** An id that no other request has. */
  readonly newId: () => string;
}

/** Of all headers of a request, names and values. */
const largestHeader = 8_192;
const longestTenant = 256;
/** No column of a warehouse holds a NUL, and none of these is part of a name. */
// eslint-disable-next-line no-control-regex -- exactly these
const control = /[\u0000-\u001f\u007f]/;
/** Without a detail: what was wrong is for our metrics, not for whoever tries. */
const answers = {
  202: 'accepted',
  401: 'unauthorized',
  404: 'not found',
  405: 'method not allowed',
  413: 'body too large',
  431: 'headers too large',
  503: 'try again later',
} as const;
type Status = keyof typeof answers;

interface Refusal {
  readonly status: Status;
  /** As the metric has it. */
  readonly reason: string;
}

/**
 * All webhooks as one application: a route for each sender. The same runs in Lambda and under `node:http`.
 *
 * A sender takes 2xx for "you have it", so 202 is said only when the queue (for a large body, the store and the queue)
 * has it. An authentic body that makes no sense is accepted too: senders disable an endpoint that answers 4xx, and the
 * event would be gone.
 */
export function createApp(routes: readonly Route[], deps: IngressDeps): Hono {
  const app = new Hono();
  let sequence = 0;
  for (const route of routes) {
    app.all(route.path, async (context) => {
      if (context.req.method !== 'POST') return reject(context, route.name, { status: 405, reason: 'method' });
      try {
        sequence = (sequence + 1) % 1_000_000;
        return await receive(context, route, sequence);
      } catch (error) {
        return unavailable(context, route, 'durability', error);
      }
    });
  }
  app.notFound((context) => reject(context, 'unknown', { status: 404, reason: 'path' }));
  app.onError((error, context) => {
    deps.log.error('request failed', { error: error.name });
    return answer(context, 503);
  });
  return app;

  async function receive(context: Context, route: Route, seq: number): Promise<Response> {
    const { req } = context;
    if (headerBytes(req.raw.headers) > largestHeader)
      return reject(context, route.name, { status: 431, reason: 'headers' });
    const tenant = context.req.param('tenant') ?? '';
    if (Buffer.byteLength(tenant) > longestTenant || control.test(tenant))
      return reject(context, 'unknown', { status: 404, reason: 'path' });
    const body = await readBody(req.raw, route.bodyLimitBytes);
    if (body === undefined) return reject(context, route.name, { status: 413, reason: 'body' });
    const now = deps.clock.now();
    const signed = { header: (name: string) => req.header(name), body, nowMs: now.getTime() };
    const verdict = await verified(deps, route, signed).catch((error: unknown) => ({
      action: 'unknown' as const,
      error,
    }));
    if (verdict.action === 'unknown') return unavailable(context, route, 'secrets', verdict.error);
    if (verdict.action === 'refuse')
      return reject(context, route.name, { status: 401, reason: verdict.reason }, fingerprint(body));
    const eventId = idOf(route, verdict.id, signed.header);
    const contentEncoding = req.header('content-encoding');
    await accept(deps, {
      route,
      body,
      about: {
        id: deps.newId(),
        tenant,
        receivedAt: now.toISOString(),
        seq,
        ...(eventId !== undefined && { eventId }),
        ...(contentEncoding !== undefined && { contentEncoding }),
      },
    });
    deps.metrics.count('Accepted', 1, { Route: route.name });
    return answer(context, 202);
  }

  function reject(context: Context, route: string, { status, reason: Reason }: Refusal, about = {}): Response {
    deps.metrics.count('Refused', 1, { Route: route, Reason }, about);
    if (status === 405) context.header('Allow', 'POST');
    return answer(context, status);
  }

  function unavailable(context: Context, { name }: Route, Reason: string, error: unknown): Response {
    deps.metrics.count('Unavailable', 1, { Route: name, Reason });
    // Its name alone: the message of an AWS error may quote what was sent.
    deps.log.error('not accepted', { route: name, reason: Reason, error: error instanceof Error ? error.name : '?' });
    return answer(context, 503);
  }
}

/** By the secrets that are known; if the signature is wrong by them, by those that stand there now. */
async function verified(
  { secrets }: Pick<IngressDeps, 'secrets'>,
  route: Route,
  signed: Parameters<typeof verifySignature>[2],
): Promise<Verdict> {
  const verdict = verifySignature(route.scheme, await secrets.read(route.secret), signed);
  if (verdict.action === 'accept' || verdict.reason !== 'signature-wrong') return verdict;
  const others = await secrets.readAgain(route.secret);
  return others === undefined ? verdict : verifySignature(route.scheme, others, signed);
}

function answer(context: Context, status: Status): Response {
  if (status === 503) context.header('Retry-After', '30');
  return context.text(`${answers[status]}\n`, status);
}

function idOf({ eventId }: Route, signedId: string | undefined, header: (name: string) => string | undefined) {
  if (eventId.from === 'signature') return signedId;
  return eventId.from === 'header' ? header(eventId.header) : undefined;
}

function headerBytes(headers: Headers): number {
  let size = 0;
  headers.forEach((value, name) => (size += name.length + value.length + 4));
  return size;
}
