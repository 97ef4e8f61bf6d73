import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { decodeValue, encodeValue, type WireAnswer } from './wire';

/** By name the ports of a lab that others may call. */
export type ServedPorts = Readonly<Record<string, object>>;

const longestBody = 1024 * 1024;

/**
 * Serves the ports of a lab on loopback to callers that have the token. `POST /calls` with `{port, method, args}`, in the
 * notation of `wire.ts`; nothing but functions of the given objects themselves can be called.
 */
export async function serveCalls(
  ports: ServedPorts,
  token: string,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => void answer(ports, token, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function answer(
  ports: ServedPorts,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refuse = (status: number) => response.writeHead(status).end();
  // A page of another site can neither send this header nor JSON without being asked first, which is never answered.
  if (!isToken(request.headers.authorization, token)) return void refuse(401);
  if (request.method !== 'POST' || request.url !== '/calls') return void refuse(404);
  const body = await read(request);
  if (body === undefined) return void refuse(413);
  const result = await call(ports, body);
  response.writeHead(200, { 'content-type': 'application/json' }).end(encodeValue(result));
}

function isToken(header: string | undefined, token: string): boolean {
  const [given, wanted] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function read(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > longestBody) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function call(ports: ServedPorts, body: string): Promise<WireAnswer> {
  try {
    const { port, method, args } = decodeValue(body) as { port: string; method: string; args: unknown[] };
    const target = Object.hasOwn(ports, port) ? (ports[port] as Record<string, unknown>) : undefined;
    // What every object has is no call of a port.
    const named = method in Object.prototype ? undefined : target?.[method];
    if (typeof named !== 'function') return { error: { name: 'NoSuchCall', message: `no ${port}.${method}` } };
    return { value: await (named as (...given: unknown[]) => unknown).apply(target, args) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { error: { name, message } };
  }
}
