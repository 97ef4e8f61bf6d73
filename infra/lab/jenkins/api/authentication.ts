import { rememberingLast } from '../../../../functions/shared/schema';
import type { Random } from '../../../../functions/shared/random';
import type { Call } from './call';
import { singleBean } from './export/bean';
import { Refusal, type HttpResponse } from './messages';
import { jenkinsPage } from './pages/errors';
import { hex } from '../../kernel/random';

export interface Credentials {
  readonly user: string;
  /** An API token: needs neither crumb nor session (since 2.96). */
  readonly token: string;
  /** Works as well, but posting with it takes a crumb, and the session that the crumb belongs to (since 2.176.2). */
  readonly password?: string;
}

const sessionCookie = 'JSESSIONID.lab';

/** Who is asking, and whether a POST of theirs is protected against forgery: Jenkins' first two filters. */
export class Authentication {
  readonly #credentials: Credentials | undefined;
  readonly #anonymousRead: boolean;
  readonly #random: Random;
  readonly #crumbs = new Map<string, string>();

  constructor(options: { credentials: Credentials | undefined; anonymousRead: boolean; random: Random }) {
    this.#credentials = options.credentials;
    this.#anonymousRead = options.anonymousRead;
    this.#random = options.random;
  }

  /** Sets the call's user. @throws Refusal 401 for a wrong secret, 403 without crumb, 403 when one has to log in. */
  check(call: Call): void {
    if (this.#credentials === undefined) return;
    const secret = this.#secret(call, this.#credentials);
    if (call.request.method === 'POST' && secret !== 'token') this.#checkCrumb(call);
    if (secret === undefined && !this.#anonymousRead) throw new Refusal(loginRedirect(call));
  }

  /** `/crumbIssuer/api/json`; 404 where no log-in is needed, and nothing is protected. */
  issueCrumb(call: Call): HttpResponse {
    if (this.#credentials === undefined) throw call.notFound();
    const session = this.#session(call) ?? this.#newSession();
    const crumb = this.#crumbs.get(session) ?? '';
    const answer = call.json(
      singleBean('hudson.security.csrf.DefaultCrumbIssuer', {
        crumb: () => crumb,
        crumbRequestField: () => 'Jenkins-Crumb',
      }),
    );
    return { ...answer, headers: { ...answer.headers, 'Set-Cookie': `${sessionCookie}=${session}; Path=/; HttpOnly` } };
  }

  /** Sessions live in memory: a restart ends them all. */
  forgetSessions(): void {
    this.#crumbs.clear();
  }

  #secret(call: Call, credentials: Credentials): 'token' | 'password' | undefined {
    const asked = askedAs(call.headers.authorization ?? '');
    call.user = 'anonymous';
    if (asked === undefined) return undefined;
    const { user, secret } = asked;
    if (user === credentials.user && secret !== '') {
      call.user = user;
      if (secret === credentials.token) return 'token';
      if (secret === credentials.password) return 'password';
    }
    throw call.refusal(401, `Invalid password/token for user: ${user}`, {
      'WWW-Authenticate': 'Basic realm="Jenkins"',
    });
  }

  #checkCrumb(call: Call): void {
    const session = this.#session(call);
    const sent = call.headers['jenkins-crumb'] ?? call.form.first('Jenkins-Crumb');
    if (session !== undefined && this.#crumbs.get(session) === sent) return;
    throw call.refusal(403, 'No valid crumb was included in the request');
  }

  #session(call: Call): string | undefined {
    const cookies = (call.headers.cookie ?? '').split(/;\s*/);
    const session = cookies.find((cookie) => cookie.startsWith(`${sessionCookie}=`))?.slice(sessionCookie.length + 1);
    return session !== undefined && this.#crumbs.has(session) ? session : undefined;
  }

  #newSession(): string {
    const session = `node0${hex(this.#random, 20)}`;
    this.#crumbs.set(session, hex(this.#random, 64));
    return session;
  }
}

interface Asked {
  readonly user: string;
  readonly secret: string;
}

/** Who asks, by the header: mostly the one who asked last. */
const askedAs = rememberingLast(readBasic);

function readBasic(header: string): Asked | undefined {
  const [, encoded] = /^Basic (.+)$/i.exec(header) ?? [];
  if (encoded === undefined) return undefined;
  const [user = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
  return { user, secret: rest.join(':') };
}

function loginRedirect(call: Call): HttpResponse {
  const target = `${call.site.contextPath}/login?from=${encodeURIComponent(call.request.path)}`;
  return jenkinsPage(call.site.core.version, 403, {
    title: 'Authentication required',
    body: `<meta http-equiv="refresh" content="1;url=${target}"><p>Authentication required</p>`,
    headers: {
      'X-You-Are-Authenticated-As': 'anonymous',
      'X-Required-Permission': 'hudson.model.Hudson.Read',
    },
  });
}
