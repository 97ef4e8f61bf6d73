import { isUtf8 } from 'node:buffer';
import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { messageOf } from '../../shared/aws-errors';
import { LookFailed, codeOf } from './failure';
import { microsNow, withinTime } from './timing';

/** How many bytes of a body are kept for assertions, and how many are read at most. */
export const keptBytes = 64 * 1024;
export const mostBytes = 1024 * 1024;
const mostHeaderBytes = 64 * 1024;
const mostHeaders = 1000;

export interface Exchange {
  readonly status: number;
  /** By lower-case name; several values of a name are joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bytes: number;
  /** Microseconds from the request to the first byte of the answer, and from there to its end. */
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
 * Makes one request over an open connection, and then closes it.
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

/** All values of each header, also where Node keeps only the first; of several Location headers the first. */
function headersOf({ headersDistinct }: IncomingMessage): Exchange['headers'] {
  const all = Object.entries(headersDistinct).map(([name, values = []]) => {
    const [first = ''] = values;
    return [name, inUtf8(name === 'location' ? first : values.join(', '))] as const;
  });
  return Object.fromEntries(all);
}

/** Node decodes headers as Latin-1, but servers send UTF-8, in redirects too. */
function inUtf8(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}

interface ResponseStart {
  readonly response: IncomingMessage;
  /** The error of the request. A body that is not HTTP is reported here; the response just ends early. */
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
      // No agent: it would keep the connection, and an HTTP agent does not accept one that is TLS already.
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
    // One more than allowed, so that too many are noticed: Node drops the rest silently.
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
    // 101 although no upgrade was requested.
    call.once('upgrade', () => reject(new LookFailed('http_protocol', 'the server switched to another protocol')));
    call.end();
  });
}

/**
 * Reports the first five bytes, which have to be `HTTP/`, before the parser sees them: the parser also accepts protocols that
 * look alike (RTSP).
 */
function watchBegin(socket: Socket, onBegin: (begin: string) => void): void {
  let begin = '';
  const onData = (part: Buffer) => {
    begin = (begin + part.toString('latin1', 0, 64)).replace(/^[\r\n]+/, '');
    if (begin === '') return;
    socket.off('data', onData);
    onBegin(begin);
  };
  // Added after the parser's own listener: an earlier one would start the flow, and the parser would miss the first bytes.
  socket.prependListener('data', onData);
}

function notHttp(begin: string): LookFailed {
  return new LookFailed(
    'http_protocol',
    `the answer does not begin with HTTP/, but with ${JSON.stringify(begin.slice(0, 20))}`,
  );
}

/** Answers that the parser accepts although they are no valid answer to the request. */
function wrongIn({ httpVersion, httpVersionMajor, statusCode, rawHeaders }: IncomingMessage): string | undefined {
  // The parser accepts any version number; what follows a line of HTTP/2 is no answer.
  if (httpVersionMajor !== 1) return `the answer says that it is HTTP/${httpVersion}`;
  // A 101 without the header that makes it an upgrade.
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
  // A body that ends with the connection is whole only if the connection was closed, not reset.
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
  // With TLS 1.3 a server refuses a client after the handshake, usually because it wants a client certificate.
  if (code.startsWith('ERR_SSL_')) return new LookFailed('tls_handshake', `the server broke off TLS (${code})`);
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return new LookFailed('conn_reset', messageOf(error));
  return new LookFailed('conn_reset', code === '' ? messageOf(error) : `${messageOf(error)} (${code})`);
}
