import { urlIn } from '../../../../shared/names-and-urls';
import type { JenkinsAnswer } from './http';
import { fieldsOf, parseExact, textOf } from './json';
import { sentencesOf } from './error-page';
import { JenkinsFailure } from '../jenkins-failure';

/** Where a redirect leads to. */
export type RedirectTarget =
  | { readonly kind: 'login'; readonly to: string }
  /** The same path elsewhere: the base URL is not the one Jenkins, or the proxy before it, wants. */
  | { readonly kind: 'moved'; readonly to: string }
  | { readonly kind: 'other'; readonly to: string };

/** What an HTTP status other than 2xx means for a request that reads: wait, or give up, and what to change. */
export function failureOfAnswer(answer: JenkinsAnswer): JenkinsFailure {
  const { status } = answer;
  if (status >= 300 && status < 400) return new JenkinsFailure('refused', describeRedirect(answer));
  const kind = status === 500 ? 'faulty' : status > 500 || status === 408 || status === 429 ? 'unavailable' : 'refused';
  return new JenkinsFailure(kind, describeAnswer(answer));
}

/** One line on an answer: the URL, the status, what Jenkins said, and what to change. */
export function describeAnswer(answer: JenkinsAnswer): string {
  const said = excerpt(answer);
  const advice = adviceOn(answer);
  return `${answer.url} answered ${answer.status}${said === '' ? '' : ` '${said}'`}${advice === '' ? '' : `: ${advice}`}`;
}

function adviceOn(answer: JenkinsAnswer): string {
  const { status } = answer;
  const id = loggingId(answer);
  switch (status) {
    case 401:
      return 'the user or the API token is not accepted';
    case 403:
      return adviceOnForbidden(answer);
    case 404:
      return adviceOnMissing(answer);
    case 405:
      return 'a redirect or a proxy changed the POST: check the scheme, host and port of the URL';
    case 409:
      return 'the job, or a folder above it, is disabled or not buildable';
    case 413:
    case 414:
    case 431:
      return 'the request is too large for Jenkins or a proxy before it: pass less in the parameters';
    case 500:
      return id === undefined ? '' : `look for Logging ID=${id} in the Jenkins log`;
    case 502:
    case 503:
    case 504:
      return saysJenkins(answer)
        ? 'it is starting or restarting'
        : 'Jenkins is down or restarting, or a proxy before it does not reach it';
    default:
      return '';
  }
}

/** Before 2.421 a 404 of Jenkins has no X-Jenkins: its servlet's name, or the page, tells who answered. */
function adviceOnMissing(answer: JenkinsAnswer): string {
  const { headers, body } = answer;
  const name = 'check the full name of the job and its Job/Read permission';
  const text = body.toString('utf8');
  if (isOfJenkins(answer)) {
    return `not found or not visible to this user: ${name}`;
  }
  // What Jenkins runs in: its own Jetty, or the Tomcat that its war file was put into. Tomcat's page may hide its name.
  const container = /jetty|tomcat|http status 404/i;
  const isInside = container.test(headers['server'] ?? '') || container.test(text);
  const path = 'check the context path of the URL';
  return `not found or not visible, and perhaps not by Jenkins: ${path}${isInside ? `, then ${name}` : ''}`;
}

function isOfJenkins({ headers, body }: JenkinsAnswer): boolean {
  const marks = /\bstapler\b|main-panel|id="?jenkins\b|Jenkins [\d.]+/i;
  return headers['x-jenkins'] !== undefined || marks.test(body.toString('utf8'));
}

/** Its page while it starts has neither its header nor its marks. */
function saysJenkins(answer: JenkinsAnswer): boolean {
  return isOfJenkins(answer) || /\bJenkins\b/.test(answer.body.toString('utf8'));
}

function adviceOnForbidden(answer: JenkinsAnswer): string {
  const { headers, body } = answer;
  const text = body.toString('utf8');
  if (/no valid crumb/i.test(text)) {
    return 'Jenkins wants a crumb, because this is a password: use an API token';
  }
  const permission = headers['x-required-permission'] ?? /is missing the (.{1,100}?) permission/.exec(text)?.[1];
  const user = shortLine(headers['x-you-are-authenticated-as'] ?? 'unknown', 100);
  if (permission !== undefined) return `user '${user}' lacks the permission ${shortLine(permission, 100)}`;
  if (/\/login\?from=|authentication required/i.test(text)) {
    return 'the request arrived without its credentials: a proxy may have removed the Authorization header';
  }
  const elsewhere = isOfJenkins(answer) ? '' : '; or a proxy or a firewall before Jenkins refuses it';
  return `user '${user}' may not do this: Overall/Read, Job/Read and Job/Build are needed${elsewhere}`;
}

/** Jenkins hides the text of an error and tells the id under which it has logged it. */
export function loggingId({ body }: JenkinsAnswer): string | undefined {
  return /Logging ID\s*=\s*([\w-]{1,64})/i.exec(body.toString('utf8'))?.[1];
}

export function redirectTarget(answer: JenkinsAnswer): RedirectTarget | undefined {
  const location = answer.headers['location'];
  const target = location === undefined ? undefined : urlIn(location, answer.url);
  if (target === undefined) return undefined;
  const from = new URL(answer.url);
  const to = shortLine(target.origin + target.pathname, 300); // a query may carry the address with everything in it
  if (/\/(login|signin|sign_in|securityrealm|oauth2?|saml2?|sso|adfs|authorize|auth)(\/|$)/i.test(target.pathname)) {
    return { kind: 'login', to };
  }
  const same = (path: string): string => path.replace(/\/+/g, '/').replace(/\/$/, '');
  return { kind: same(target.pathname) === same(from.pathname) ? 'moved' : 'other', to };
}

export function describeRedirect(answer: JenkinsAnswer): string {
  const target = redirectTarget(answer);
  const sent = `${answer.url} redirects (${answer.status})`;
  if (target === undefined) return `${sent} to nowhere`;
  if (target.kind === 'login') {
    return `${sent} to a login page, ${target.to}: the credentials did not arrive, or a proxy wants its own sign-in`;
  }
  const origin = new URL(target.to).origin;
  if (target.kind === 'moved' || origin !== new URL(answer.url).origin) {
    return `${sent} to ${target.to}: set the Jenkins URL to where it really is, ${origin}`;
  }
  return `${sent} to ${target.to}: check the context path of the Jenkins URL`;
}

/** Whether the answer is a web page. */
export function looksLikeHtml({ headers }: JenkinsAnswer, text: string): boolean {
  return (
    /html/i.test(headers['content-type'] ?? '') ||
    /^\s*(<!--[^]*?-->\s*)*<(!doctype|html|head|body|meta|\?xml)/i.test(text)
  );
}

/** What an error page says, in one short line: Jetty's JSON, or the text of HTML. */
function excerpt(answer: JenkinsAnswer): string {
  const text = answer.body.subarray(0, 64 * 1024).toString('utf8');
  try {
    const message = textOf(fieldsOf(parseExact(text))['message']);
    if (message !== undefined) return shortLine(message, 200);
  } catch {
    // not JSON
  }
  if (!looksLikeHtml(answer, text)) return shortLine(text, 200);
  return shortLine(sentencesOf(text), 200);
}

/** Text of a third party, made fit for a message: one line, no control characters, short. */
export function shortLine(text: string, length: number): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
