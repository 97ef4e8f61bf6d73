import { isUtf8 } from 'node:buffer';
import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { messageOf } from '../../shared/aws-errors';
import { LookFailed, codeOf } from './failure';
import { microsNow, withinTime } from './timing';

/** How much of a body is kept for assertions, and how much is read at all. */
export const keptBytes = 64 * 1024;
export const mostBytes = 1024 * 1024;
const mostHeaderBytes = 64 * 1024;
const mostHeaders = 1000;

export interface Exchange {
  readonly status: number;
  /** Lower-case names; of several of a name the values are joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bytes: number;
  /** Microseconds from the request to the first byte, and from there to the end. */
  readonly firstByte: number;
  readonly transfer: number;
}

export interface HttpExchangeRequest {
  readonly url: URL;
  readonly method: 'GET' | 'HEAD';
  readonly firstByteMs: number;
  readonly totalMs: number;
}

/**
 * One request over an open connection, which is closed after it.
 *
 * @throws LookFailed
 */
export async function exchange(
  socket: Socket,
  { url, method, firstByteMs, totalMs }: HttpExchangeRequest,
): Promise<Exchange> {
  const begun = microsNow();
  const stop = () => void socket.destroy();
  const { response, trouble, firstByteAt } = await withinTime(firstByteMs, answerOf(socket, url, method), {
    late: () => new LookFailed('first_byte_timeout', `no answer began within ${firstByteMs} ms`),
    stop,
  });
  const left = totalMs - (firstByteAt - begun) / 1000;
  const { body, bytes } = await withinTime(left, bodyOf(response, trouble), {
    late: () => new LookFailed('total_timeout', `the answer did not end within ${Math.round(totalMs)} ms`),
    stop,
  });
  const transfer = microsNow() - firstByteAt;
  socket.destroy();
  const headers = headersOf(response);
  return { status: response.statusCode ?? 0, headers, body, bytes, firstByte: firstByteAt - begun, transfer };
}

/** All values of a name, also of those of which Node keeps only the first; of several places to go the first. */
function headersOf({ headersDistinct }: IncomingMessage): Exchange['headers'] {
  const all = Object.entries(headersDistinct).map(([name, values = []]) => {
    const [first = ''] = values;
    return [name, inUtf8(name === 'location' ? first : values.join(', '))] as const;
  });
  return Object.fromEntries(all);
}

/** Node reads headers as Latin-1. Servers write UTF-8 where they write more than ASCII, into redirects too. */
function inUtf8(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}

interface ResponseStart {
  readonly response: IncomingMessage;
  /** What the request has met since: a body that is not HTTP is reported there, and the response is only cut. */
  readonly trouble: () => unknown;
  /** Microseconds, by the clock of this process. */
  readonly firstByteAt: number;
}

function answerOf(socket: Socket, url: URL, method: HttpExchangeRequest['method']): Promise<ResponseStart> {
  let met: unknown;
  let firstByteAt = microsNow();
  return new Promise((resolve, reject) => {
    const call = request({
      createConnection: () => socket,
      // No agent: it would keep the connection, and an agent of HTTP does not understand one that is secure already.
      host: url.hostname,
      port: url.port,
      path: url.pathname + url.search,
      method,
      maxHeaderSize: mostHeaderBytes,
      headers: {
        host: url.host,
        accept: '*/*',
        'accept-encoding': 'identity',
        connection: 'close',
        'user-agent': 'muster-probe/1',
      },
    });
    // One more, so that too many can be told: otherwise those beyond would be left out silently.
    call.maxHeadersCount = mostHeaders + 1;
    call.once('socket', () => {
      watchBegin(socket, (begin) => {
        firstByteAt = microsNow();
        if (!'HTTP/'.startsWith(begin.slice(0, 5))) reject(notHttp(begin));
      });
    });
    call.once('response', (response) => {
      const wrong = wrongIn(response);
      if (wrong === undefined) resolve({ response, trouble: () => met, firstByteAt });
      else reject(new LookFailed('http_protocol', wrong));
    });
    call.on('error', (error) => {
      met = error;
      reject(ofHttp(error));
    });
    // 101 to a request that has asked for nothing of the kind.
    call.once('upgrade', () => reject(new LookFailed('http_protocol', 'the server switched to another protocol')));
    call.end();
  });
}

/**
 * Reports the first bytes that come, before the parser sees them: up to five, which are to be `HTTP/`. The parser takes
 * other protocols that look alike (RTSP) for it.
 */
function watchBegin(socket: Socket, onBegin: (begin: string) => void): void {
  let begin = '';
  const onData = (part: Buffer) => {
    begin = (begin + part.toString('latin1', 0, 64)).replace(/^[\r\n]+/, '');
    if (begin === '') return;
    socket.off('data', onData);
    onBegin(begin);
  };
  // The parser's own listener is there already: one before would make the connection flow, and lose what comes first.
  socket.prependListener('data', onData);
}

function notHttp(begin: string): LookFailed {
  return new LookFailed(
    'http_protocol',
    `the answer does not begin with HTTP/, but with ${JSON.stringify(begin.slice(0, 20))}`,
  );
}

/** What the parser takes, and is no answer to what was asked. */
function wrongIn({ httpVersion, httpVersionMajor, statusCode, rawHeaders }: IncomingMessage): string | undefined {
  // The parser takes any number; what follows a line of HTTP/2 is not to be taken for an answer.
  if (httpVersionMajor !== 1) return `the answer says that it is HTTP/${httpVersion}`;
  // Without the header that makes it an upgrade.
  if (statusCode === 101) return 'the server switched to another protocol';
  return rawHeaders.length / 2 > mostHeaders ? `the answer has more than ${mostHeaders} headers` : undefined;
}

async function bodyOf(response: IncomingMessage, trouble: () => unknown): Promise<{ body: string; bytes: number }> {
  const kept: Buffer[] = [];
  let [bytes, keptSoFar] = [0, 0];
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > mostBytes) throw new LookFailed('body_too_large', `the body is larger than ${mostBytes} bytes`);
      const wanted = part.subarray(0, Math.max(0, keptBytes - keptSoFar));
      keptSoFar += wanted.length;
      if (wanted.length > 0) kept.push(wanted);
    }
  } catch (error) {
    const cause = error instanceof LookFailed ? error : (trouble() ?? error);
    throw isCut(cause) ? cutAfter(bytes) : ofHttp(cause);
  }
  if (!response.complete) throw cutAfter(bytes);
  // One that ends with the connection is whole only if that was closed, and not reset.
  if (endsWithConnection(response) && isCut(trouble())) throw cutAfter(bytes);
  return { body: Buffer.concat(kept).toString('utf8'), bytes };
}

function endsWithConnection({ headers }: IncomingMessage): boolean {
  return headers['content-length'] === undefined && !/chunked\s*$/i.test(headers['transfer-encoding'] ?? '');
}

function isCut(error: unknown): boolean {
  return codeOf(error) === 'ECONNRESET';
}

function cutAfter(bytes: number): LookFailed {
  return new LookFailed('conn_reset', `the connection was cut after ${bytes} bytes of the body`);
}

function ofHttp(error: unknown): LookFailed {
  if (error instanceof LookFailed) return error;
  const code = codeOf(error);
  if (code.startsWith('HPE_')) return new LookFailed('http_protocol', `not valid HTTP/1.1 (${code})`);
  // With TLS 1.3 a server refuses a client only after the handshake, for want of a certificate as a rule.
  if (code.startsWith('ERR_SSL_')) return new LookFailed('tls_handshake', `the server broke off TLS (${code})`);
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return new LookFailed('conn_reset', messageOf(error));
  return new LookFailed('conn_reset', code === '' ? messageOf(error) : `${messageOf(error)} (${code})`);
}
