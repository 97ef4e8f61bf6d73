import { messageOf } from '../../shared/aws-errors';
import type { Clock } from '../../shared/runtime';
import { urlIn } from '../../shared/names-and-urls';
import { judgeAnswer } from '../domain/assertions';
import type { Reason } from '../contracts/reasons';
import type { Certificate, Phases, LookResult } from '../contracts/result';
import type { Target } from '../contracts/target';
import type { Prober } from '../ports/prober';
import { openTcp, openTls } from './connect';
import { askNameServer, requireServer } from './dns-query';
import { exchange, type Exchange } from './exchange';
import { LookFailed } from './failure';
import { resolveAddress } from './lookup';
import { findPattern } from './pattern';
import { LoopWatch, microsNow } from './timing';

/** How long each phase may take, in milliseconds. A single limit could not say which phase was slow. */
export interface PhaseLimits {
  readonly lookup: number;
  readonly connect: number;
  readonly tls: number;
  readonly firstByte: number;
  readonly total: number;
}

export const usualLimits: PhaseLimits = { lookup: 2_000, connect: 4_000, tls: 4_000, firstByte: 10_000, total: 15_000 };

export interface ProberOptions {
  readonly clock: Clock;
  readonly limits?: Partial<PhaseLimits>;
  /** Certificate authorities to trust instead of the public ones, PEM. */
  readonly ca?: string;
}

const mostRedirects = 5;
/** If the event loop is held up for longer (milliseconds), the times measure this machine. */
const trustedMs = 20;
/** If this machine stood still for so long (milliseconds), a missed limit says nothing about the target. */
const overloadMs = 500;
const timeouts: readonly Reason[] = [
  'dns_timeout',
  'conn_timeout',
  'tls_handshake',
  'first_byte_timeout',
  'total_timeout',
];

/** What a look has found so far, also if it ends early. */
interface PartialResult {
  phases: { -readonly [Phase in keyof Phases]: Phases[Phase] };
  address?: string;
  status?: number;
  bytes?: number;
  redirects: number;
  certificate?: Certificate;
  tls?: string;
}

/** A prober that uses the network of this machine. It keeps no connection, and each look connects to one address. */
export function createProber(options: ProberOptions): Prober {
  return { look: (target, asked = () => undefined) => new Look(options, target, asked).run() };
}

class Look {
  readonly #options: ProberOptions;
  readonly #limits: PhaseLimits;
  readonly #target: Target;
  readonly #asked: () => void;
  readonly #begun = microsNow();
  readonly #seen: PartialResult = { phases: {}, redirects: 0 };

  constructor(options: ProberOptions, target: Target, asked: () => void) {
    this.#options = options;
    this.#asked = asked;
    this.#limits = { ...usualLimits, ...options.limits };
    this.#target = target;
  }

  async run(): Promise<LookResult> {
    const loop = new LoopWatch();
    try {
      await this.#follow(new URL(this.#target.url));
      return this.#result(loop, undefined);
    } catch (error) {
      return this.#result(loop, error instanceof LookFailed ? error : new LookFailed('config_error', messageOf(error)));
    } finally {
      loop.end();
    }
  }

  async #follow(first: URL): Promise<void> {
    const been = new Set<string>();
    for (let url = first; ;) {
      if (been.has(url.href)) throw new LookFailed('redirect_loop', `${url.href} leads back to itself`);
      been.add(url.href);
      const answer = await this.#hop(url).catch((error: unknown) => {
        throw url === first ? error : afterRedirect(error, url);
      });
      if (answer === undefined) return;
      const next = this.#target.redirects === 'follow' ? redirectOf(answer, url) : undefined;
      if (next === undefined) {
        const shortfall = judgeAnswer(answer, this.#target.assert, findPattern);
        if (shortfall !== undefined) throw new LookFailed(shortfall.reason, shortfall.detail);
        return;
      }
      this.#seen.redirects += 1;
      if (this.#seen.redirects > mostRedirects)
        throw new LookFailed('redirect_loop', `more than ${mostRedirects} redirects, the last to ${next.href}`);
      url = next;
    }
  }

  /** Looks over one connection. @returns the answer, if the target speaks HTTP. */
  async #hop(url: URL): Promise<Exchange | undefined> {
    const { family, internal, assert } = this.#target;
    const [phases, limits] = [(this.#seen.phases = {} as PartialResult['phases']), this.#limits];
    let at = microsNow();
    const lap = () => {
      const took = microsNow() - at;
      at += took;
      return took;
    };
    const { address, others } = await resolveAddress({
      host: url.hostname,
      family,
      internal,
      timeoutMs: this.#left(limits.lookup),
    });
    phases.lookup = lap();
    this.#seen.address = address;
    if (url.protocol === 'dns:') {
      requireServer(address, internal);
      const body = await askNameServer(url, address, this.#left(limits.firstByte));
      phases.firstByte = lap();
      const shortfall = judgeAnswer({ status: 200, headers: {}, body }, assert, findPattern);
      if (shortfall !== undefined) throw new LookFailed(shortfall.reason, shortfall.detail);
      return undefined;
    }
    const tcp = await openTcp(address, portOf(url), this.#left(limits.connect)).catch((error: unknown) => {
      throw withOthers(error, others);
    });
    try {
      phases.connect = lap();
      if (url.protocol === 'tcp:') return undefined;
      const socket = isTls(url) ? await this.#secure(tcp, url) : tcp;
      if (socket !== tcp) phases.tls = lap();
      if (url.protocol === 'tls:') return undefined;
      const answering = exchange(socket, {
        url,
        method: this.#target.method,
        firstByteMs: this.#left(limits.firstByte),
        totalMs: this.#left(limits.total),
      });
      // After the request has been written, which happens after all pending work of this tick.
      setImmediate(this.#asked);
      const answer = await answering;
      phases.firstByte = answer.firstByte;
      phases.transfer = answer.transfer;
      this.#seen.status = answer.status;
      this.#seen.bytes = answer.bytes;
      return answer;
    } finally {
      tcp.destroy();
    }
  }

  async #secure(tcp: Parameters<typeof openTls>[0], url: URL) {
    const { ca, clock } = this.#options;
    const { minTls = 'TLSv1.2' } = this.#target.assert;
    const alpn = url.protocol === 'https:' ? ['http/1.1'] : [];
    const wanted = { host: url.hostname, minTls, timeoutMs: this.#left(this.#limits.tls), alpn, ca };
    const { socket, certificate, refused } = await openTls(tcp, wanted, clock.now());
    if (certificate !== undefined) this.#seen.certificate = certificate;
    this.#seen.tls = socket.getProtocol() ?? 'unknown';
    if (refused !== undefined) throw refused;
    return socket;
  }

  /** The limit of a phase, or what is left of the total, if less. @throws LookFailed when nothing is left. */
  #left(phaseMs: number): number {
    const leftMs = this.#limits.total - (microsNow() - this.#begun) / 1000;
    if (leftMs <= 0) throw new LookFailed('total_timeout', `not done within ${this.#limits.total} ms`);
    return Math.min(phaseMs, leftMs);
  }

  #result(loop: LoopWatch, failure: LookFailed | undefined): LookResult {
    const heldUpMs = loop.longestMs();
    const isOurs = failure !== undefined && timeouts.includes(failure.reason) && heldUpMs >= overloadMs;
    const reason = isOurs ? 'probe_overload' : failure?.reason;
    const totalMicros = microsNow() - this.#begun;
    const { maxLatencyMs } = this.#target.assert;
    const isSlow = failure === undefined && maxLatencyMs !== undefined && totalMicros / 1000 > maxLatencyMs;
    const { redirects, ...seen } = this.#seen;
    return {
      target: this.#target.id,
      up: failure === undefined,
      ...(reason !== undefined && { reason }),
      ...(failure !== undefined && { detail: failure.message.slice(0, 500) }),
      ...(isSlow && { slow: true }),
      ...(redirects > 0 && { redirects }),
      ...seen,
      totalMicros,
      trusted: heldUpMs <= trustedMs,
      attempts: 1,
    };
  }
}

/** The detail of a failed connection also names the other addresses of the name, which were not tried. */
function withOthers(error: unknown, others: readonly string[]): unknown {
  if (!(error instanceof LookFailed) || others.length === 0) return error;
  const some = others.slice(0, 3).join(', ');
  return new LookFailed(
    error.reason,
    `${error.message}; the name also has ${some}, which is not tried: choose with family 4 or 6`,
  );
}

/** Says where a redirect led, if the look failed there. */
function afterRedirect(error: unknown, { href }: URL): unknown {
  return error instanceof LookFailed ? new LookFailed(error.reason, `redirected to ${href}: ${error.message}`) : error;
}

function redirectOf({ status, headers }: Exchange, from: URL): URL | undefined {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  const to = urlIn(location, from.href);
  if (to === undefined) throw new LookFailed('http_protocol', `the redirect leads to no address: ${location}`);
  if (to.protocol !== 'http:' && to.protocol !== 'https:')
    throw new LookFailed('http_protocol', `the redirect leads to ${to.protocol}, which is not followed`);
  // Credentials are not sent along a redirect.
  to.username = '';
  to.password = '';
  to.hash = '';
  return to;
}

function isTls({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'tls:';
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
