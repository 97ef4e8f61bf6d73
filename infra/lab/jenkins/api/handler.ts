import type { Authentication } from './authentication';
import type { Availability } from './availability';
import { Call } from './call';
import type { Faults } from './faults';
import { lowerCased, Refusal, type HttpRequest, type HttpResponse, type Response } from './messages';
import { jettyError, notFoundPage, oops, permissionMissing, proxyError, startingPage } from './pages/errors';
import { segmentsOf } from './paths';
import { jobRoute } from './routes/job';
import { queueRoute } from './routes/queue';
import { rootRoute } from './routes/root';
import type { Site } from './site';
import { uuid } from './tokens';

export interface HandlerParts {
  readonly site: Site;
  readonly authentication: Authentication;
  readonly availability: Availability;
  readonly faults: Faults;
}

/** Answers one request: the way there, faults on it, then Jenkins with its filters and routes. No sockets. */
export function handle(parts: HandlerParts, request: HttpRequest): Response {
  const { now } = parts.availability;
  if (now === 'refused') return 'refused';
  if (typeof now === 'number') return proxyError(now);
  return parts.faults.intercept(
    request,
    () => withoutBodyForHead(request, answer(parts, request)),
    (status) => pageOf(parts.site, request, status),
  );
}

function answer(parts: HandlerParts, request: HttpRequest): HttpResponse {
  const { site, authentication, availability } = parts;
  if (availability.now !== 'up') return startingPage(site.core.startingWords);
  try {
    const call = new Call(site, request);
    const segments = segmentsOf(call);
    authentication.check(call);
    return route(call, segments, authentication);
  } catch (error) {
    if (error instanceof Refusal) return error.response;
    throw error;
  }
}

function route(call: Call, segments: readonly string[], authentication: Authentication): HttpResponse {
  call.needs('hudson.model.Hudson.Read');
  const [first, ...rest] = segments;
  switch (first) {
    case 'job':
      return jobRoute(call, segments);
    case 'queue':
      return queueRoute(call, rest);
    case 'crumbIssuer':
      if (rest.join('/') !== 'api/json') throw call.notFound();
      return authentication.issueCrumb(call);
    default:
      return rootRoute(call, segments.join('/'));
  }
}

function withoutBodyForHead(request: HttpRequest, response: HttpResponse): HttpResponse {
  if (request.method !== 'HEAD') return response;
  const length = String(Buffer.byteLength(response.body));
  return { ...response, headers: { ...response.headers, 'Content-Length': length }, body: '' };
}

/** The page that a fault with a status shows: as Jenkins makes it, or a proxy. */
function pageOf(site: Site, request: HttpRequest, status: number): HttpResponse {
  const { version } = site.core;
  const asked = { accept: lowerCased(request.headers).accept ?? '', path: request.path };
  switch (status) {
    case 401:
      return jettyError(asked, 401, 'Unauthorized', { 'WWW-Authenticate': 'Basic realm="Jenkins"' });
    case 403:
      return permissionMissing(version, 'authenticated', 'hudson.model.Hudson.Read');
    case 404:
      return notFoundPage(site.core, asked);
    case 500:
      return oops(version, uuid(site.random));
    case 503:
      return startingPage(site.core.startingWords);
    default:
      return proxyError(status);
  }
}
