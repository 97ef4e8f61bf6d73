import { Hono, type Context } from 'hono';
import type { Clock, Logger } from '../../shared/runtime';
import type { Route } from '../contracts/routes';
import { isDistinct } from '../domain/redshift-text';
import type { WebhookMetrics } from '../contracts/metrics';
import type { EventQueue } from '../ports/queue';
import type { ObjectStore } from '../ports/objects';
import { verifySignature, type SignatureVerdict } from '../signatures';
import { accept, fingerprint } from './accept';
import { fetchDoor, type Answer, type Door } from './door';
import { headerText } from './header-text';
import type { RouteFault } from '../ports/routes';
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

/** Bytes of all headers of a request, names and values (`headerBytes`); one with more is answered with 431. */
const largestHeader = 8_192;
const longestTenant = 256;
/** No column of a warehouse holds a NUL, SQS takes no U+FFFE nor U+FFFF, and none of these is part of a name. */
// eslint-disable-next-line no-control-regex -- exactly these
const control = /[\u0000-\u001f\u007f\ufffe\uffff]/;
const says = (status: number, text: string, more: Record<string, string> = {}): Answer => ({
  status,
  // With its length, so that node:http writes head and body as one piece, and not by chunks.
  headers: { 'content-type': 'text/plain; charset=UTF-8', 'content-length': String(text.length + 1), ...more },
  body: `${text}\n`,
});
/** Without a detail: what was wrong is for our metrics, not for the sender. */
const answers = {
  202: says(202, 'accepted'),
  400: says(400, 'bad request'),
  401: says(401, 'unauthorized'),
  404: says(404, 'not found'),
  405: says(405, 'method not allowed', { allow: 'POST' }),
  413: says(413, 'body too large'),
  431: says(431, 'headers too large'),
  503: says(503, 'try again later', { 'retry-after': '30' }),
} as const;
type Status = keyof typeof answers;
/** What a server gives the router with a request: none in Lambda. */
export interface Ingress {
  readonly Bindings: { readonly door?: Door };
}

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
 * event would be gone. For the same reason a route that cannot be used answers 503, and so does, while it is not known
 * which path it has, each path of no other route.
 */
export function createApp(
  routes: readonly Route[],
  deps: IngressDeps,
  faults: readonly RouteFault[] = [],
): Hono<Ingress> {
  const app = new Hono<Ingress>();
  const { reject, unavailable } = refusals(deps);
  let sequence = 0;
  for (const route of routes) {
    app.all(route.path, async (context) => {
      const door = doorOf(context);
      if (context.req.method !== 'POST') return reject(door, route.name, { status: 405, reason: 'method' });
      try {
        sequence = (sequence + 1) % 1_000_000;
        return await receive(door, context.req.param('tenant') ?? '', route, sequence);
      } catch (error) {
        return unavailable(door, route.name, 'durability', error);
      }
    });
  }
  addFaults(app, faults, { reject, unavailable });
  app.onError((error, context) => {
    deps.log.error('request failed', { error: error.name });
    return doorOf(context).answer(answers[503]);
  });
  return app;

  async function receive(door: Door, tenant: string, route: Route, seq: number): Promise<Response> {
    if (door.headerBytes() > largestHeader) return reject(door, route.name, { status: 431, reason: 'headers' });
    if (!isTenant(tenant)) return reject(door, 'unknown', { status: 404, reason: 'path' });
    // The sender's doing, and no reason to wake a person: `Unavailable` is what we could not keep.
    const body = await door.body(route.bodyLimitBytes).catch(() => 'broken-off' as const);
    if (body === 'broken-off') return reject(door, route.name, { status: 400, reason: body });
    if (body === undefined) return reject(door, route.name, { status: 413, reason: 'body' });
    const now = deps.clock.now();
    const header = (name: string) => headerText(door.header(name));
    let verdict: SignatureVerdict;
    try {
      const judged = verified(deps, route, { header, body, nowMs: now.getTime() });
      verdict = judged instanceof Promise ? await judged : judged;
    } catch (error) {
      return unavailable(door, route.name, 'secrets', error);
    }
    if (verdict.action === 'refuse')
      return reject(door, route.name, { status: 401, reason: verdict.reason }, fingerprint(body));
    const eventId = idOf(route, verdict.id, header);
    const contentEncoding = header('content-encoding');
    await accept(deps, {
      route,
      body,
      about: {
        id: deps.newId(),
        tenant,
        receivedAt: isoText(now),
        seq,
        ...(eventId !== undefined && { eventId }),
        ...(contentEncoding !== undefined && { contentEncoding }),
      },
    });
    deps.metrics.count('Accepted', 1, { Route: route.name });
    return door.answer(answers[202]);
  }
}

/** The answers that are no 202, each with its metric. */
function refusals(deps: IngressDeps) {
  return {
    reject: (door: Door, route: string, { status, reason: Reason }: Refusal, about = {}): Response => {
      deps.metrics.count('Refused', 1, { Route: route, Reason }, about);
      return door.answer(answers[status]);
    },
    unavailable: (door: Door, route: string, Reason: string, error?: unknown): Response => {
      deps.metrics.count('Unavailable', 1, { Route: route, Reason });
      // Its name alone: the message of an AWS error may quote what was sent.
      deps.log.error('not accepted', { route, reason: Reason, ...(error instanceof Error && { error: error.name }) });
      return door.answer(answers[503]);
    },
  };
}

/** After the routes that can be used: of two with one path, that one has it. */
function addFaults(
  app: Hono<Ingress>,
  faults: readonly RouteFault[],
  { reject, unavailable }: ReturnType<typeof refusals>,
): void {
  const broken = faults.filter(({ servedAsBefore }) => !servedAsBefore);
  for (const { name, path } of broken)
    if (path !== undefined) app.all(path, (context) => unavailable(doorOf(context), name, 'route'));
  const hidden = broken.find(({ path }) => path === undefined);
  app.notFound((context) => {
    if (hidden !== undefined) return unavailable(doorOf(context), hidden.name, 'route');
    return reject(doorOf(context), 'unknown', { status: 404, reason: 'path' });
  });
}

function isTenant(tenant: string): boolean {
  // A URL has no such segment: what reads one takes it away, and a server that reads none would hand it on.
  if (tenant === '.' || tenant === '..') return false;
  return Buffer.byteLength(tenant) <= longestTenant && !control.test(tenant) && isDistinct(tenant);
}

function doorOf(context: Context<Ingress>): Door {
  // Hono hands on what it was called with, which may be nothing at all.
  return (context.env as Ingress['Bindings'] | undefined)?.door ?? fetchDoor(context.req.raw);
}

/** By the secrets that are known, at once; if the signature is wrong by them, by those that stand there now. */
function verified(
  { secrets }: Pick<IngressDeps, 'secrets'>,
  route: Route,
  signed: Parameters<typeof verifySignature>[2],
): SignatureVerdict | Promise<SignatureVerdict> {
  const byThese = (known: readonly string[]): SignatureVerdict | Promise<SignatureVerdict> => {
    const verdict = verifySignature(route.scheme, known, signed);
    if (verdict.action === 'accept' || verdict.reason !== 'signature-wrong') return verdict;
    return secrets
      .readAgain(route.secret)
      .then((others) => (others === undefined ? verdict : verifySignature(route.scheme, others, signed)));
  };
  const known = secrets.read(route.secret);
  return known instanceof Promise ? known.then(byThese) : byThese(known);
}

let written = { ms: NaN, text: '' };

/** The time as ISO 8601, written once for all requests of a millisecond: writing it costs as much as routing one. */
function isoText(at: Date): string {
  const ms = at.getTime();
  if (ms !== written.ms) written = { ms, text: at.toISOString() };
  return written.text;
}

function idOf({ eventId }: Route, signedId: string | undefined, header: (name: string) => string | undefined) {
  if (eventId.from === 'signature') return signedId;
  return eventId.from === 'header' ? header(eventId.header) : undefined;
}
