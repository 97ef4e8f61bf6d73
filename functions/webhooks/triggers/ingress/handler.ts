import * as z from '../../../shared/schema';
import { createApp, type IngressDeps } from '../../ingress/app';
import type { Route } from '../../contracts/routes';
import type { RouteSource } from '../../ports/routes';

/** An event of an HTTP API, payload format 2.0: as much of it as a webhook needs. */
const eventSchema = z.object({
  rawPath: z.string(),
  headers: z._default(z.record(z.string(), z.string()), {}),
  body: z.optional(z.string()),
  isBase64Encoded: z._default(z.boolean(), false),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
});

interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The application behind an HTTP API. Made anew when the routes have changed. */
export const makeHandler = (deps: IngressDeps & { readonly routes: RouteSource }) => {
  let made: { readonly of: readonly Route[]; readonly app: ReturnType<typeof createApp> } | undefined;
  return async (event: unknown): Promise<HttpAnswer> => {
    const request = requestOf(eventSchema.parse(event));
    let routes: readonly Route[];
    try {
      routes = await deps.routes.read();
    } catch (error) {
      deps.metrics.count('Unavailable', 1, { Route: 'unknown', Reason: 'routes' });
      deps.log.error('the routes cannot be read', { error: error instanceof Error ? error.name : '?' });
      return { statusCode: 503, headers: { 'retry-after': '30' }, body: 'try again later\n' };
    }
    if (made?.of !== routes) made = { of: routes, app: createApp(routes, deps) };
    const response = await made.app.fetch(request);
    return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };
};

function requestOf({ rawPath, headers, body, isBase64Encoded, requestContext }: z.output<typeof eventSchema>): Request {
  const { method } = requestContext.http;
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  // The length that the sender announced is not asked: what counts is what has come.
  const given = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== 'content-length' && isHeader(name, value)) given.set(name, value);
  }
  given.set('content-length', String(bytes.byteLength));
  // What fetch does not take as a method is one that no route takes either.
  const known = /^(POST|GET|HEAD|PUT|PATCH|DELETE|OPTIONS)$/.test(method) ? method : 'OPTIONS';
  const hasBody = known !== 'GET' && known !== 'HEAD' && bytes.byteLength > 0;
  return new Request(new URL(pathOf(rawPath), 'https://webhooks'), {
    method: known,
    headers: given,
    ...(hasBody && { body: bytes }),
  });
}

/** What a stranger puts into a header may be none to fetch: then the request has none of that name, and is answered. */
function isHeader(name: string, value: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

/** A path may come decoded: what would end it in a URL, or break it, is written as what it stands for. */
function pathOf(rawPath: string): string {
  const path = rawPath.replace(/[?#\\\s]|%(?![0-9a-fA-F]{2})/g, (character) => encodeURIComponent(character));
  return path.startsWith('/') ? path.replace(/^\/+/, '/') : `/${path}`;
}
