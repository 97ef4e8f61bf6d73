import * as z from '../../../shared/schema';
import { createApp, type IngressDeps } from '../../ingress/app';
import { headerBytesOf } from '../../ingress/header-text';
import type { RouteRegistry, RouteSource } from '../../ports/routes';

/** An event of an HTTP API, payload format 2.0: as much of it as a webhook needs. */
const eventSchema = z.object({
  rawPath: z.string(),
  headers: z.nullish(z.record(z.string(), z.string())),
  body: z.nullish(z.string()),
  isBase64Encoded: z._default(z.boolean(), false),
  requestContext: z.object({
    http: z.object({ method: z.string() }),
    stage: z.optional(z.string()),
    domainName: z.optional(z.string()),
  }),
});

interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The application behind an HTTP API. Made again when the routes have changed. */
export const makeHandler = (deps: IngressDeps & { readonly routes: RouteSource }) => {
  let made: { readonly of: RouteRegistry; readonly app: ReturnType<typeof createApp> } | undefined;
  return async (event: unknown): Promise<HttpAnswer> => {
    const given = eventSchema.parse(event);
    let registry: RouteRegistry;
    try {
      registry = await deps.routes.read();
    } catch (error) {
      deps.metrics.count('Unavailable', 1, { Route: 'unknown', Reason: 'routes' });
      deps.log.error('the routes cannot be read', { error: error instanceof Error ? error.name : '?' });
      return { statusCode: 503, headers: { 'retry-after': '30' }, body: 'try again later\n' };
    }
    if (made?.of !== registry) made = { of: registry, app: createApp(registry.routes, deps, registry.faults) };
    const response = await made.app.fetch(requestOf(given, pathsIn(registry)));
    return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };
};

/** Of all routes, with those that cannot be used. */
function pathsIn({ routes, faults }: RouteRegistry): readonly string[] {
  return [...routes, ...faults].flatMap(({ path }) => path ?? []);
}

function requestOf(event: z.output<typeof eventSchema>, paths: readonly string[]): Request {
  const { headers, body, isBase64Encoded, requestContext } = event;
  const { method } = requestContext.http;
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  // The length that the sender announced is not asked: what counts is what has come.
  const given = new Headers();
  for (const [name, value] of Object.entries(headers ?? {})) {
    const bytes = headerBytesOf(value);
    if (name.toLowerCase() !== 'content-length' && isHeader(name, bytes)) given.set(name, bytes);
  }
  given.set('content-length', String(bytes.byteLength));
  // What fetch does not take as a method is one that no route takes either.
  const known = /^(POST|GET|HEAD|PUT|PATCH|DELETE|OPTIONS)$/.test(method) ? method : 'OPTIONS';
  const hasBody = known !== 'GET' && known !== 'HEAD' && bytes.byteLength > 0;
  return new Request(`https://webhooks${pathOf(withoutPrefix(event, paths))}`, {
    method: known,
    headers: given,
    ...(hasBody && { body: bytes }),
  });
}

/** What a stranger puts into a header may be none to fetch: then the request has none of that name, and is answered. */
function isHeader(name: string, value: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

/** A mapping's key has some segments at most; further in, a path is not looked for. */
const longestMapping = 8;

/**
 * Before the path stands a stage that is not `$default`, or, under a domain of one's own, the key of its API mapping:
 * there the path is the first end of it that a route has.
 */
function withoutPrefix(
  { rawPath, requestContext: { stage = '$default', domainName = '' } }: z.output<typeof eventSchema>,
  paths: readonly string[],
): string {
  if (dots.test(rawPath)) return '/';
  const hasOwnDomain = domainName !== '' && !/^[a-z0-9]+\.execute-api\./.test(domainName);
  const segments = rawPath.split('/');
  for (let from = 1; hasOwnDomain && from < Math.min(segments.length, longestMapping); from += 1) {
    const path = `/${segments.slice(from).join('/')}`;
    if (paths.some((pattern) => leadsTo(pattern, path))) return path;
  }
  const before = `/${stage}/`;
  const isStage = rawPath.startsWith(before) && !paths.some((path) => path.startsWith(before));
  return isStage ? rawPath.slice(before.length - 1) : rawPath;
}

function leadsTo(pattern: string, path: string): boolean {
  if (!pattern.endsWith('/:tenant')) return path === pattern;
  const before = pattern.slice(0, -':tenant'.length);
  return path.startsWith(before) && /^[^/]+$/.test(path.slice(before.length));
}

/** A segment that a URL takes away, with the one before it: under `node:http` there is no such path, so here neither. */
const dots = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;

/** A path may come decoded: what would end it in a URL, or break it, is written as what it stands for. */
function pathOf(rawPath: string): string {
  const path = rawPath.replace(/[?#\\\s]|%(?![0-9a-fA-F]{2})/g, (character) => encodeURIComponent(character));
  return path.startsWith('/') ? path : `/${path}`;
}
