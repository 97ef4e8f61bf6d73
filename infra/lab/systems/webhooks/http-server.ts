import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { createApp } from '../../../../functions/webhooks/ingress/app';
import type { Answer, Door } from '../../../../functions/webhooks/ingress/door';

/** A request has so long to come in whole, as behind API Gateway; its headers have less. */
const [requestMs, headersMs] = [30_000, 10_000];
/**
 * What is left of a body after the answer is let in so far, and thrown away, so that a sender that first sends everything
 * gets to read it; then it is cut off. As much as an HTTP API takes of a request.
 */
const mostDrained = 10_000_000;
/** It is waited for so long; a sender that reads on the way closes by then. */
const lingerMs = 1_000;

/** What the router is given back: the answer is on its way by then. */
const said = new Response(null, { status: 202 });

/** The application under `node:http`: each request through a door of its own, with no object of the Fetch API. */
export function createHttpServer(app: ReturnType<typeof createApp>): Server {
  const turn = new Turn();
  const server = createServer(
    { requestTimeout: requestMs, headersTimeout: headersMs, connectionsCheckingInterval: 2_000 },
    (incoming, outgoing) => {
      const { url = '/', method } = incoming;
      // The router reads only these two of a Request.
      const request: unknown = { method, url: url.startsWith('/') ? `http://webhooks${url}` : url };
      void app.fetch(request as Request, { door: new NodeDoor(incoming, outgoing, turn) });
    },
  );
  // Node leaves out all lines after the thousandth, a signature among them, and they would not be counted. Their bytes
  // are limited: by Node to 16 KB, by the application to less.
  server.maxHeadersCount = 0;
  return server;
}

/**
 * Answers of one turn of the event loop, written when all that came with it has been looked at: under load that wakes the
 * process that waits for them once, and not for each of them, which costs as much as all the rest of a request.
 */
class Turn {
  #waiting: (() => void)[] = [];

  atItsEnd(write: () => void): void {
    if (this.#waiting.push(write) === 1) setImmediate(() => this.#end());
  }

  #end(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const write of waiting) write();
  }
}

class NodeDoor implements Door {
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #turn: Turn;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, turn: Turn) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#turn = turn;
  }

  /** Of the raw ones: Node's own leave out the second of two that may stand there once, and a signature is of both. */
  header(name: string): string | undefined {
    const { rawHeaders } = this.#incoming;
    let found: string | undefined;
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const key = rawHeaders[at];
      if (key?.length !== name.length || key.toLowerCase() !== name) continue;
      const value = rawHeaders[at + 1] ?? '';
      found = found === undefined ? value : `${found},${value}`;
    }
    return found;
  }

  headerBytes(): number {
    let size = 0;
    for (const text of this.#incoming.rawHeaders) size += text.length + 2;
    return size;
  }

  body(limit: number): Promise<Uint8Array | undefined> {
    const incoming = this.#incoming;
    // Not of `headers`, which Node would make of all the raw ones for this.
    if (Number(this.header('content-length') ?? 0) > limit) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming
        .on('data', (chunk: Buffer) => {
          size += chunk.length;
          // What comes after is counted where it is drained.
          if (size <= limit) chunks.push(chunk);
          else resolve(undefined);
        })
        .on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
        .on('close', () => {
          // After every request; an error, with its trace, is made for those alone that did not come in whole.
          if (!incoming.complete) reject(new TypeError('the request broke off'));
        });
    });
  }

  answer({ status, headers, body }: Answer): Response {
    const [incoming, outgoing] = [this.#incoming, this.#outgoing];
    if (incoming.complete) {
      this.#turn.atItsEnd(() => void outgoing.writeHead(status, headers).end(body));
      return said;
    }
    // The rest of a body that is not wanted is no next request. The answer is sent now and ended with the request: at its
    // end Node closes the connection, and what of the body is still on its way would reset it before the answer is read.
    outgoing.writeHead(status, { ...headers, connection: 'close' }).write(body);
    let drained = 0;
    const linger = setTimeout(() => void outgoing.end(), lingerMs);
    incoming
      .on('data', (chunk: Buffer) => {
        drained += chunk.length;
        linger.refresh();
        if (drained > mostDrained) incoming.socket.destroy();
      })
      .on('close', () => {
        clearTimeout(linger);
        outgoing.end();
      });
    return said;
  }
}
