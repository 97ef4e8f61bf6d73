import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTls, type TlsOptions } from 'node:tls';

export interface Running {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** A server on loopback; what it says to each connection is up to the test. */
export async function serveTcp(onConnection: (socket: Socket) => void): Promise<Running> {
  return start(createTcp(quietly(onConnection)));
}

export async function serveTls(options: TlsOptions, onConnection: (socket: Socket) => void): Promise<Running> {
  const server = createTls(options, quietly(onConnection));
  server.on('tlsClientError', () => undefined);
  return start(server);
}

export async function serveHttp(listener: RequestListener): Promise<Running> {
  const server = createHttp(listener);
  return start(server);
}

function quietly(onConnection: (socket: Socket) => void) {
  return (socket: Socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  };
}

async function start(server: Server): Promise<Running> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
