import { setupMistake } from '../jenkins-failure';
import { isSameJenkins, isWithinJobs } from './urls';

export interface Credentials {
  readonly user: string;
  /** An API token. A password would need a crumb and a session for every POST. */
  readonly token: string;
  /** What they may be used for, if that is limited. */
  readonly use?: CredentialsUse;
}

/** Where credentials may be sent to. */
export interface CredentialsUse {
  /** The Jenkins, as `parseBaseUrl` gives it. */
  readonly base: string;
  /** Jobs, or folders of jobs, by their full names; without it all of them. */
  readonly jobs?: readonly string[] | undefined;
  /** Where that is configured, for a message: `secret muster/jenkins`. */
  readonly by: string;
}

/** Gives the credentials; `again` after they were not accepted, so that a cached secret is read again. */
export type CredentialsSource = Credentials | ((again: boolean) => Promise<Credentials>);

/** The credentials for the length of one `advance`: asked for when first needed, and once again after a 401. */
export class Keyring {
  readonly #source: CredentialsSource;
  readonly #given: Credentials[] = [];
  #current: Credentials | undefined;
  #renewed: boolean;

  constructor(source: CredentialsSource) {
    this.#source = source;
    this.#renewed = typeof source !== 'function';
  }

  /**
   * The value of the `Authorization` header of one request: the last point at which a request can be held back.
   *
   * @throws StepError JenkinsMisconfigured for a request that the credentials are not for
   */
  async authorization(url: string): Promise<string> {
    this.#current ??= await this.#ask(false);
    refuseElsewhere(url, this.#current.use);
    return `Basic ${base64(`${this.#current.user}:${this.#current.token}`)}`;
  }

  /** After a 401: whether there are other credentials now, so that trying again makes sense. */
  async renew(): Promise<boolean> {
    if (this.#renewed) return false;
    this.#renewed = true;
    const before = this.#current;
    this.#current = await this.#ask(true);
    return this.#current.user !== before?.user || this.#current.token !== before.token;
  }

  /** Takes every form of the credentials out of a text that is about to leave. */
  redact(text: string): string {
    const longestFirst = this.#given.flatMap(formsOf).sort((a, b) => b.length - a.length);
    return longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  }

  async #ask(again: boolean): Promise<Credentials> {
    const given = checked(typeof this.#source === 'function' ? await this.#source(again) : this.#source);
    this.#given.push(given);
    return given;
  }
}

function refuseElsewhere(url: string, use: CredentialsUse | undefined): void {
  if (use === undefined) return;
  const { origin, pathname } = new URL(url);
  const { pathname: context } = new URL(use.base);
  const isBelow =
    isSameJenkins(origin, new URL(use.base).origin) && `${pathname}/`.startsWith(context.replace(/\/?$/, '/'));
  if (!isBelow) throw setupMistake(`${use.by} may not be used for ${origin}${pathname}: it is for another address`);
  if (use.jobs !== undefined && !isWithinJobs(use.base, url, use.jobs)) {
    throw setupMistake(`${use.by} may not be used for ${origin}${pathname}: it is for other jobs`);
  }
}

/** @throws StepError JenkinsMisconfigured, without the token */
function checked(credentials: Credentials): Credentials {
  const { user, token } = credentials;
  if (typeof user !== 'string' || user.trim() === '' || user.includes(':')) {
    throw setupMistake("the Jenkins credentials have no 'user', or one with a colon in it");
  }
  if (typeof token !== 'string' || token === '' || token !== token.trim()) {
    throw setupMistake(`the Jenkins credentials of '${user}' have no 'token', or one with white space around it`);
  }
  return credentials;
}

/** As it is, in a URL, and in a header; without padding, which is part of neither. */
function formsOf({ user, token }: Credentials): string[] {
  const encoded = [`${user}:${token}`, token].map((text) => base64(text).replace(/=+$/, ''));
  return [token, encodeURIComponent(token), ...encoded];
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
