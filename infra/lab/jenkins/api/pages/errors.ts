import type { CoreFeatures } from '../core-version';
import type { HttpResponse } from '../messages';
import { escapeHtml, htmlPage } from './html';

/**
 * An error of Jetty's own making (`sendError`): JSON for a client that accepts it, HTML else; no X-Jenkins. The
 * status is a string in the JSON, as Jetty writes it (FACTS.md, 1.3).
 */
export function jettyError(
  request: { readonly accept: string; readonly path: string },
  status: number,
  message: string,
  headers: Record<string, string> = {},
): HttpResponse {
  const server = { Server: 'Jetty(12.0.22)', ...headers };
  if (/\bapplication\/json\b|\btext\/json\b/.test(beforeHtml(request.accept))) {
    const body = JSON.stringify({ servlet: 'Stapler', message, url: request.path, status: String(status) });
    return { status, headers: { ...server, 'Content-Type': 'application/json' }, body };
  }
  const html = `<html><head><title>Error ${status} ${escapeHtml(message)}</title></head><body><h2>HTTP ERROR ${status} ${escapeHtml(message)}</h2><table><tr><th>URI:</th><td>${escapeHtml(request.path)}</td></tr><tr><th>SERVLET:</th><td>Stapler</td></tr></table></body></html>`;
  return { status, headers: { ...server, 'Content-Type': 'text/html;charset=iso-8859-1' }, body: html };
}

/** The part of an Accept header that comes before HTML: Jetty takes the first kind that it can make. */
function beforeHtml(accept: string): string {
  return accept.split(/text\/html|\*\/\*/)[0] ?? '';
}

/** A page of Jenkins' own: HTML even if the client accepts something else, with X-Jenkins. */
export function jenkinsPage(
  version: string,
  status: number,
  page: { title: string; body: string; headers?: Record<string, string> },
): HttpResponse {
  return {
    status,
    headers: { 'Content-Type': 'text/html;charset=utf-8', 'X-Jenkins': version, ...page.headers },
    body: htmlPage(page.title, page.body),
  };
}

/** An error page among what stands on every page of Jenkins 2.289: links, breadcrumbs, the footer with the version. */
function errorPage(
  version: string,
  status: number,
  page: { title: string; body: string; headers?: Record<string, string> },
): HttpResponse {
  const head = `<a href="#skip2content" class="skiplink">Skip to content</a><div id="page-header"><input placeholder="search"><a href="/user/svc"><b>svc</b></a> | <a href="/logout"><span>log out</span></a></div><div id="breadcrumbBar"><ul id="breadcrumbs"><li class="item"><a href="/">Dashboard</a></li></ul></div>`;
  const foot = `<footer><div class="rest_api"><a href="api/">REST API</a></div><div class="page_generated"><a href="https://www.jenkins.io/">Jenkins ${version}</a></div></footer>`;
  const body = `${head}<div id="main-panel"><a name="skip2content"></a>${page.body}</div>${foot}`;
  return jenkinsPage(version, status, { ...page, body });
}

/** Before 2.421 it is Jetty that says so, without X-Jenkins (FACTS.md, 7; the border is reported, not run). */
export function notFoundPage(
  core: CoreFeatures,
  request: { readonly accept: string; readonly path: string },
): HttpResponse {
  if (!core.notFoundIsOwnPage) return jettyError(request, 404, 'Not Found');
  const body = '<h1>Not Found</h1><p>The requested page could not be found.</p>';
  return errorPage(core.version, 404, { title: 'Not Found - Jenkins', body });
}

/** The "Oops!" page: what went wrong is in the server's log, under this id. */
export function oops(version: string, loggingId: string): HttpResponse {
  const body = `<h1><span>Oops!</span></h1><div id="error-description"><h2>A problem occurred while processing the request.</h2><p>Logging ID=${loggingId}</p></div>`;
  return errorPage(version, 500, { title: 'Jenkins [Jenkins]', body });
}

export function permissionMissing(version: string, user: string, permission: string): HttpResponse {
  const short = permission.split('.').slice(-2).join('/').replace('Item/', 'Job/').replace('Hudson/', 'Overall/');
  return errorPage(version, 403, {
    title: 'Access Denied',
    body: `<h1>Access Denied</h1><p class="error">${escapeHtml(user)} is missing the ${short} permission</p>`,
    headers: { 'X-You-Are-Authenticated-As': user, 'X-Required-Permission': permission },
  });
}

export function methodNotAllowed(version: string): HttpResponse {
  return errorPage(version, 405, {
    title: 'Form post required',
    body: '<h1>Form post required</h1><p>This URL requires POST</p>',
    headers: { Allow: 'POST' },
  });
}

/** While Jenkins starts: no X-Jenkins and no Retry-After. */
export function startingPage(words: string): HttpResponse {
  return {
    status: 503,
    headers: { 'Content-Type': 'text/html;charset=utf-8' },
    body: `<!DOCTYPE html><html><head><title>Starting Jenkins</title></head><body><h1>${words}</h1></body></html>`,
  };
}

/** What a proxy or load balancer in front of Jenkins says by itself. */
export function proxyError(status: number): HttpResponse {
  const names: Record<number, string> = { 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Time-out' };
  const title = `${status} ${names[status] ?? 'Error'}`;
  return {
    status,
    headers: { 'Content-Type': 'text/html', Server: 'nginx' },
    body: `<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center></body></html>`,
  };
}
