import { X509Certificate } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import tls from 'node:tls';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { NamedError } from '../../../../shared/named-error';
import { Keyring, type CredentialsSource } from './credentials';
import { setupMistake } from '../jenkins-failure';

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as a form in the body: a query would meet the 8 KiB limit of a request's head, and be logged. */
  readonly form?: Readonly<Record<string, string>>;
  readonly accept?: string;
  /** How much of the body is read at most, in bytes. */
  readonly limit?: number;
}

/** A status and headers came. The body may not have come whole; for a POST the headers are all that counts. */
export interface JenkinsAnswer {
  readonly kind: 'answer';
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly end: 'whole' | 'capped' | 'broken';
}

/** No answer came. `delivered: 'no'` only where the request provably never reached Jenkins. */
export interface Silence {
  readonly kind: 'silence';
  readonly url: string;
  readonly code: string;
  readonly detail: string;
  readonly delivered: 'no' | 'unknown';
}

export type CallOutcome = JenkinsAnswer | Silence;

/** A call as it goes out. */
export interface OutgoingCall extends Call {
  readonly headers: Readonly<Record<string, string>>;
}

/** Carries a request there and its answer back. What it throws has a `code`, and a `message` if it has more to say. */
export type Transport = (request: OutgoingCall) => Promise<JenkinsAnswer>;

/** The calls of one `advance`, with one keyring. */
export interface JenkinsSession {
  readonly send: (call: Call) => Promise<CallOutcome>;
  /** Takes every form of the credentials out of a text that is about to leave. */
  readonly redact: (text: string) => string;
}

const bodyLimit = 32 * 1024 * 1024;

export function createHttp(
  source: CredentialsSource,
  options: { ca?: string | undefined; requestTimeoutMs: number; transport?: Transport | undefined },
): { open(): JenkinsSession } {
  const transport = options.transport ?? overAxios(options);
  return { open: () => openSession(transport, source) };
}

/**
 * Redirects are never followed (they would turn the POST into a GET, and could carry the credentials elsewhere), no
 * status throws, and no axios error leaves: those hold the token in their headers, config and request.
 */
function overAxios(options: { ca?: string | undefined; requestTimeoutMs: number }): Transport {
  const client = axios.create({
    maxRedirects: 0,
    validateStatus: () => true,
    responseType: 'stream', // so that status and headers are there even when the body breaks off
    proxy: false,
    maxBodyLength: Infinity,
    paramsSerializer: { serialize: (params: Record<string, string>) => form(params) },
    // A Lambda sleeps longer than Jenkins keeps an idle connection: a kept socket would be dead when it is used.
    httpAgent: new http.Agent({ keepAlive: false }),
    httpsAgent: new https.Agent({ keepAlive: false, ...trust(options.ca) }),
  });
  return (request) => exchange(client, request, options.requestTimeoutMs);
}

/** Trusts the given CA (one certificate or several) besides the public ones. */
function trust(ca: string | undefined): https.AgentOptions {
  if (ca === undefined) return {};
  const certificates = ca.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) throw setupMistake('the CA for Jenkins is not a certificate in PEM format');
  try {
    // a secure context leaves out what it cannot read, without a word
    for (const certificate of certificates) new X509Certificate(certificate);
    return { secureContext: tls.createSecureContext({ ca: [...tls.rootCertificates, ...certificates] }) };
  } catch (error) {
    throw setupMistake(`the CA for Jenkins cannot be read: ${codeAndMessage(error).detail}`);
  }
}

function openSession(transport: Transport, source: CredentialsSource): JenkinsSession {
  const keys = new Keyring(source);
  const send = async (call: Call): Promise<CallOutcome> => {
    const outcome = await sendOnce(transport, call, keys);
    // a 401 comes before anything else is looked at, so that even a POST had no effect and may be sent again
    const again = outcome.kind === 'answer' && outcome.status === 401 && (await keys.renew());
    return again ? await sendOnce(transport, call, keys) : outcome;
  };
  return { send, redact: (text) => keys.redact(text) };
}

async function sendOnce(transport: Transport, call: Call, keys: Keyring): Promise<CallOutcome> {
  const headers = {
    Accept: call.accept ?? 'application/json',
    'User-Agent': 'muster',
    Authorization: await keys.authorization(call.url),
    ...(call.method === 'POST' && { 'Content-Type': 'application/x-www-form-urlencoded' }),
  };
  try {
    return await transport({ ...call, headers });
  } catch (error) {
    const { code, detail } = codeAndMessage(error);
    const delivered = undelivered.has(code) ? 'no' : 'unknown';
    return { kind: 'silence', url: call.url, code, detail: keys.redact(detail), delivered };
  }
}

/** An error like those of the network, which have a `code`. */
class TimeoutError extends NamedError<'TimedOut'> {
  readonly code = 'ETIMEDOUT';

  constructor(timeoutMs: number) {
    super('TimedOut', `no whole answer within ${timeoutMs} ms`, { fault: 'environment' });
  }
}

async function exchange(client: AxiosInstance, request: OutgoingCall, timeoutMs: number): Promise<JenkinsAnswer> {
  const limit = new AbortController(); // axios' own timeout is only about inactivity
  // eslint-disable-next-line no-restricted-syntax -- Nothing waits for it, and it is taken back in the end: `AbortSignal.timeout` would keep a timer for each request until its time is over.
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  const { signal } = limit;
  try {
    const response = await client.request<Readable>({
      method: request.method,
      url: request.url,
      signal,
      ...(request.query !== undefined && { params: request.query }),
      ...(request.form !== undefined && { data: form(request.form) }),
      headers: { ...request.headers },
    });
    return await readAnswer(request, response);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new TimeoutError(timeoutMs);
  } finally {
    clearTimeout(timer);
  }
}

/** The signal of the request also ends a body that comes bit by bit. */
async function readAnswer(call: Call, response: AxiosResponse<Readable>): Promise<JenkinsAnswer> {
  const limit = call.limit ?? bodyLimit;
  const chunks: Buffer[] = [];
  let size = 0;
  let end: JenkinsAnswer['end'] = 'whole';
  try {
    for await (const chunk of response.data) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > limit) {
        end = 'capped';
        break; // which closes the stream and its connection
      }
    }
  } catch {
    end = 'broken';
  }
  const headers = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    kind: 'answer',
    url: call.url,
    status: response.status,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(chunks).subarray(0, limit),
    end,
  };
}

/** They say that no connection, or no TLS session, came about: nothing was sent. */
const undelivered = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** All that is taken out of an error: the rest of it may hold the request. */
function codeAndMessage(error: unknown): { code: string; detail: string } {
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const name = typeof code === 'string' ? code : 'UNKNOWN';
  return { code: name, detail: typeof message === 'string' && message !== '' ? message : name };
}

function form(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}
