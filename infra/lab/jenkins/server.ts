import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { LabClock } from '../kernel/clock';
import type { Availability } from './api/availability';
import type { HttpRequest, Response } from './api/messages';

const host = '127.0.0.1';

/** Puts a handler on a port of this machine. While Jenkins is out of reach the port is really closed. */
export class StandInServer {
  readonly #handle: (request: HttpRequest) => Response;
  readonly #clock: LabClock;
  readonly #server: Server;
  #port = 0;
  #started = false;

  constructor(handle: (request: HttpRequest) => Response, availability: Availability, clock: LabClock) {
    this.#handle = handle;
    this.#clock = clock;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    availability.onChange((now) => this.#follow(now === 'refused'));
  }

  /** Returns the origin, `http://127.0.0.1:port`. */
  async start(port: number): Promise<string> {
    this.#port = port;
    await this.#listen();
    this.#port = (this.#server.address() as AddressInfo).port;
    this.#started = true;
    return `http://${host}:${this.#port}`;
  }

  async stop(): Promise<void> {
    this.#started = false;
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#close();
    await closed;
  }

  #follow(refused: boolean): void {
    if (!this.#started) return;
    if (refused) this.#close();
    // Virtual time waits until the port is open again: a call after that instant must find it so.
    else if (!this.#server.listening) void this.#clock.io(() => this.#listen());
  }

  #close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #listen(): Promise<void> {
    const listening = once(this.#server, 'listening');
    this.#server.listen(this.#port, host);
    await listening;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await plain(request).catch(() => undefined);
    // The client has gone away in the middle of its request.
    if (asked === undefined) return;
    const answer = this.#handle(asked);
    if (typeof answer === 'string') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }
}

async function plain(request: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: request.method ?? 'GET',
    path,
    query: query.join('?'),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(chunks).toString(),
  };
}
