import type { X509Certificate } from 'node:crypto';
import { createHash } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { Certificate } from '../contracts/result';
import { kindOfAddress } from '../domain/addresses';
import { messageOf } from '../../shared/aws-errors';
import { LookFailed, codeOf, connectionFailure } from './failure';
import { withinTime } from './timing';

/** @throws LookFailed */
export async function openTcp(address: string, port: number, timeoutMs: number): Promise<Socket> {
  const socket = connectTcp({ host: address, port, autoSelectFamily: false });
  // Keeps an error between two awaits from ending the process; the next await finds it.
  socket.on('error', () => undefined);
  const opened = new Promise<Socket>((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error) => reject(isWithoutWay(error, address) ? noWay(address) : connectionFailure(error)));
  });
  return withinTime(timeoutMs, opened, {
    late: () => new LookFailed('conn_timeout', `no connection to ${address}:${port} within ${timeoutMs} ms`),
    stop: () => socket.destroy(),
  });
}

/** Whether this machine has no IPv6 at all; Lambda has none outside of a VPC that is set up for it. */
function isWithoutWay(error: unknown, address: string): boolean {
  if (!address.includes(':') || !['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL'].includes(codeOf(error))) return false;
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return !own.some(({ address: one, family }) => family === 'IPv6' && /^(public|private)$/.test(kindOfAddress(one)));
}

function noWay(address: string): LookFailed {
  return new LookFailed('config_error', `${address} cannot be reached from here: this machine has no IPv6 address`);
}

export interface TlsRequest {
  readonly host: string;
  readonly minTls: 'TLSv1.2' | 'TLSv1.3';
  readonly timeoutMs: number;
  readonly alpn: readonly string[];
  /** Certificate authorities to trust instead of the public ones, PEM. */
  readonly ca?: string | undefined;
}

export interface TlsResult {
  readonly socket: TLSSocket;
  readonly certificate: Certificate | undefined;
  /** Why the certificate is refused; then nothing has been sent. */
  readonly refused: LookFailed | undefined;
}

const contexts = new Map<string, SecureContext>();

/** Created once: loading the authorities takes as long as a handshake, and would count as the target's time. */
function contextFor(minVersion: TlsRequest['minTls'], ca: string | undefined): SecureContext {
  const key = `${minVersion} ${ca ?? ''}`;
  const known = contexts.get(key);
  if (known !== undefined) return known;
  const made = createSecureContext({ minVersion, ...(ca !== undefined && { ca }) });
  contexts.set(key, made);
  return made;
}

/** A TLS connection, verified. The error has the refused certificate and the reason. @throws LookFailed */
export async function openTls(tcp: Socket, wanted: TlsRequest, now: Date): Promise<TlsResult> {
  const { host, minTls, timeoutMs, alpn, ca } = wanted;
  const bare = host.replace(/^\[|\]$/g, '');
  const socket = connectTls({
    socket: tcp,
    ...(bare.includes(':') || /^[\d.]+$/.test(bare) ? { host: bare } : { host: bare, servername: bare }),
    secureContext: contextFor(minTls, ca),
    ...(alpn.length > 0 && { ALPNProtocols: [...alpn] }),
    // The certificate is verified all the same: `authorizationError` says what is wrong, and the certificate can still be read.
    rejectUnauthorized: false,
  });
  socket.on('error', () => undefined);
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', () => resolve());
    socket.once('error', (error) => reject(ofHandshake(error, minTls)));
    socket.once('close', () =>
      reject(new LookFailed('tls_handshake', 'the connection was closed during the handshake')),
    );
  });
  await withinTime(timeoutMs, opened, {
    late: () => new LookFailed('tls_handshake', `no TLS handshake within ${timeoutMs} ms`),
    stop: () => socket.destroy(),
  });
  const problem = problemOf(socket);
  const peer = presented(socket);
  const certificate = peer === undefined ? undefined : certificateOf(peer, problem, now);
  return {
    socket,
    certificate,
    refused: problem === undefined ? undefined : ofCertificate(problem, certificate, { host, names: namesOf(peer) }),
  };
}

function problemOf(socket: TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  const error: unknown = socket.authorizationError;
  return codeOf(error) || messageOf(error);
}

/** The reason for an OpenSSL error code. Codes that are not listed mean that the certificate is not trusted. */
function ofCertificate(
  problem: string,
  certificate: Certificate | undefined,
  { host, names }: { readonly host: string; readonly names: string | undefined },
): LookFailed {
  const isAbove = problem === 'CERT_HAS_EXPIRED' && certificate !== undefined && certificate.daysLeft >= 0;
  const ends =
    certificate === undefined
      ? ''
      : isAbove
        ? `: not its own, but that of an authority above it (its own is until ${certificate.notAfter})`
        : ` (until ${certificate.notAfter})`;
  if (/EXPIRED|NOT_YET_VALID/.test(problem)) return new LookFailed('tls_expired', `${problem}${ends}`);
  if (/ALTNAME|HOSTNAME/.test(problem))
    return new LookFailed(
      'tls_hostname',
      // Clients have ignored the subject's common name for years, but certificates that rely on it are still made.
      names === undefined
        ? `the certificate is for no host: it has no subject alternative names, only ${certificate?.subject ?? 'a subject'}`
        : `the certificate is not for ${host}, but for ${names}`,
    );
  return new LookFailed('tls_untrusted', `${problem}, issued by ${certificate?.issuer ?? 'an unknown issuer'}`);
}

const mostNames = 5;

/** The names in a certificate, `shop.example.com, 192.0.2.1`, shortened; `undefined` if it has none. */
function namesOf(peer: X509Certificate | undefined): string | undefined {
  const names = peer?.subjectAltName?.split(', ').map((one) => one.replace(/^(DNS|IP Address):/, '')) ?? [];
  if (names.length === 0) return undefined;
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return `${names.slice(0, mostNames).join(', ')}${more}`;
}

/** The server's certificate. Call it once for each connection: Node 20 returns none the second time. */
function presented(socket: TLSSocket): X509Certificate | undefined {
  try {
    return socket.getPeerX509Certificate();
  } catch {
    // A certificate that OpenSSL accepts and Node cannot parse.
    return undefined;
  }
}

function ofHandshake(error: unknown, minTls: string): LookFailed {
  if (error instanceof LookFailed) return error;
  const code = codeOf(error);
  if (/NO_APPLICATION_PROTOCOL/.test(code))
    return new LookFailed('http_protocol', 'the server does not speak HTTP/1.1');
  if (/WRONG_VERSION_NUMBER/.test(code))
    return new LookFailed('tls_handshake', `the server does not speak TLS at all, or not ${minTls} or newer (${code})`);
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION/.test(code + messageOf(error)))
    return new LookFailed('tls_handshake', `the server does not speak ${minTls} or newer (${code})`);
  if (code === 'ECONNRESET') return new LookFailed('tls_handshake', 'the connection was cut during the handshake');
  return new LookFailed('tls_handshake', code === '' ? messageOf(error) : code);
}

function certificateOf(peer: X509Certificate, problem: string | undefined, now: Date): Certificate | undefined {
  try {
    return { ...describe(peer, now), authorized: problem === undefined, ...(problem !== undefined && { problem }) };
  } catch {
    // Its kind of key or its date is one that Node cannot represent.
    return undefined;
  }
}

function describe(peer: X509Certificate, now: Date): Omit<Certificate, 'authorized' | 'problem'> {
  const notAfter = new Date(peer.validTo);
  const spki = createHash('sha256')
    .update(peer.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  const daysLeft = Math.floor((notAfter.getTime() - now.getTime()) / 86_400_000);
  return { subject: named(peer.subject), issuer: named(peer.issuer), notAfter: notAfter.toISOString(), spki, daysLeft };
}

function named(name: string | undefined): string {
  return (
    (name ?? '')
      .split('\n')
      .filter((part) => part !== '')
      .join(', ') || '(no name)'
  );
}
