import { Agent, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import dynalite from 'dynalite';

/** An answer over HTTP. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** dynalite, listening on a port that only the front knows. */
export interface Backend {
  /** Passes a request on, with the headers it came with. */
  forward(headers: IncomingHttpHeaders, body: Buffer): Promise<Reply>;
  stop(): Promise<void>;
}

export async function startBackend(): Promise<Backend> {
  const server = dynalite({ createTableMs: 0 });
  const port = await listen(server);
  const agent = new Agent({ keepAlive: true });
  return {
    forward: (headers, body) => post({ agent, port, headers }, body),
    async stop() {
      agent.destroy();
      await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}

/** Listens on a free port of 127.0.0.1 and says which. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

interface Destination {
  readonly agent: Agent;
  readonly port: number;
  readonly headers: IncomingHttpHeaders;
}

function post({ agent, port, headers }: Destination, body: Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { agent, host: '127.0.0.1', port, method: 'POST', headers: { ...headers, 'content-length': body.length } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 500, headers: incoming.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
