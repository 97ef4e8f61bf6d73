import type { Hono } from 'hono';
import * as z from 'zod';
import { createApp, type IngressDeps } from '../../ingress/app';
import type { Route } from '../../contracts/routes';
import type { RouteSource } from '../../ports/routes';

/** An event of an HTTP API, payload format 2.0: as much of it as a webhook needs. */
const eventSchema = z.object({
  rawPath: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
});

interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The application behind an HTTP API. Made anew when the routes have changed. */
export const makeHandler = (deps: IngressDeps & { readonly routes: RouteSource }) => {
  let made: { readonly of: readonly Route[]; readonly app: Hono } | undefined;
  return async (event: unknown): Promise<HttpAnswer> => {
    const request = requestOf(eventSchema.parse(event));
    const routes = await deps.routes.read();
    if (made?.of !== routes) made = { of: routes, app: createApp(routes, deps) };
    const response = await made.app.fetch(request);
    return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };
};

function requestOf({ rawPath, headers, body, isBase64Encoded, requestContext }: z.output<typeof eventSchema>): Request {
  const { method } = requestContext.http;
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  // The length that the sender announced is not asked: what counts is what has come.
  const given = new Headers(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length'));
  given.set('content-length', String(bytes.byteLength));
  const hasBody = method !== 'GET' && method !== 'HEAD' && bytes.byteLength > 0;
  return new Request(`https://webhooks${rawPath}`, { method, headers: given, ...(hasBody && { body: bytes }) });
}
