import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { LookFailed, codeOf, messageOf } from './failure';
import { microsNow, within } from './timing';

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

export interface Asked {
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
export async function exchange(socket: Socket, { url, method, firstByteMs, totalMs }: Asked): Promise<Exchange> {
  const begun = microsNow();
  const stop = () => void socket.destroy();
  const { response, trouble } = await within(firstByteMs, answerOf(socket, url, method), {
    late: () => new LookFailed('first_byte_timeout', `no answer began within ${firstByteMs} ms`),
    stop,
  });
  const firstByteAt = microsNow();
  const left = totalMs - (firstByteAt - begun) / 1000;
  const { body, bytes } = await within(left, bodyOf(response, trouble), {
    late: () => new LookFailed('total_timeout', `the answer did not end within ${Math.round(totalMs)} ms`),
    stop,
  });
  const transfer = microsNow() - firstByteAt;
  socket.destroy();
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  return { status: response.statusCode ?? 0, headers, body, bytes, firstByte: firstByteAt - begun, transfer };
}

interface Begun {
  readonly response: IncomingMessage;
  /** What the request has met since: a body that is not HTTP is told there, and the response is only cut. */
  readonly trouble: () => unknown;
}

function answerOf(socket: Socket, url: URL, method: Asked['method']): Promise<Begun> {
  let met: unknown;
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
    call.maxHeadersCount = mostHeaders;
    call.once('response', (response) => {
      // The parser takes any number; what follows a line of HTTP/2 is not to be taken for an answer.
      if (response.httpVersionMajor === 1) resolve({ response, trouble: () => met });
      else reject(new LookFailed('http_protocol', `the answer says that it is HTTP/${response.httpVersion}`));
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
    throw ofHttp(error instanceof LookFailed ? error : (trouble() ?? error));
  }
  if (!response.complete) throw new LookFailed('conn_reset', `the connection was cut after ${bytes} bytes of the body`);
  return { body: Buffer.concat(kept).toString('utf8'), bytes };
}

function ofHttp(error: unknown): LookFailed {
  if (error instanceof LookFailed) return error;
  const code = codeOf(error);
  if (code.startsWith('HPE_')) return new LookFailed('http_protocol', `not HTTP/1.1 as it is spoken (${code})`);
  // With TLS 1.3 a server refuses a client only after the handshake, for want of a certificate as a rule.
  if (code.startsWith('ERR_SSL_')) return new LookFailed('tls_handshake', `the server broke off TLS (${code})`);
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return new LookFailed('conn_reset', messageOf(error));
  return new LookFailed('conn_reset', code === '' ? messageOf(error) : `${messageOf(error)} (${code})`);
}
