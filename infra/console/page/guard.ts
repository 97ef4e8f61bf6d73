import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Who may use the page: a browser that was opened by its link. It acts with its operator's rights, so a page of another
 * site must get nothing from it, neither by a form, nor by a name that leads to this machine (DNS rebinding).
 */
export class Guard {
  readonly port: number;
  /** The hosts by which a browser may have come here; anything else is a foreign name for this machine. */
  readonly #hosts: ReadonlySet<string>;
  readonly #sessions = new Set<string>();
  readonly #secret = randomBytes(32);
  #link = randomBytes(24).toString('base64url');

  /** @param port of this server. */
  constructor(port: number) {
    this.port = port;
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]);
  }

  /** What the next link ends in. Each opens one browser. */
  get link(): string {
    return this.#link;
  }

  isOurHost(host: string | undefined): boolean {
    return host !== undefined && this.#hosts.has(host.toLowerCase());
  }

  /** A session for a browser that came by the link; `undefined` for another one. */
  open(link: string | undefined): string | undefined {
    if (link === undefined || !isSame(link, this.#link)) return undefined;
    this.#link = randomBytes(24).toString('base64url');
    const session = randomBytes(24).toString('base64url');
    this.#sessions.add(session);
    return session;
  }

  isOpen(session: string | undefined): session is string {
    return session !== undefined && this.#sessions.has(session);
  }

  /** What a form of this session carries: a page of another site cannot know it. */
  formToken(session: string): string {
    return createHmac('sha256', this.#secret).update(session).digest('base64url');
  }

  /** Whether a request that changes something was made on a page of ours. */
  mayChange(request: {
    readonly session: string;
    readonly token: unknown;
    readonly origin: string | undefined;
    readonly host: string;
  }): boolean {
    const { session, token, origin, host } = request;
    if (origin !== undefined && origin !== `http://${host}`) return false;
    return typeof token === 'string' && isSame(token, this.formToken(session));
  }
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
