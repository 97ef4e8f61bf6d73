import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { World } from '../world';
import { pageApp } from './app';
import { Guard } from './guard';

export interface ServedPage {
  /** Opens one browser. */
  readonly link: () => string;
  close(): Promise<void>;
}

/**
 * Serves the page on this machine alone.
 *
 * @param port 0: a free one.
 * @param onOpened a browser has used the link: `link()` is another one now.
 */
export async function servePage(
  world: World,
  port: number,
  onOpened: () => void = () => undefined,
): Promise<ServedPage> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  const guard = new Guard(bound);
  const app = pageApp({ world, guard, onOpened });
  const listen = getRequestListener(app.fetch);
  server.on('request', (request, response) => void listen(request, response));
  return {
    link: () => `http://127.0.0.1:${bound}/open?link=${guard.link}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
