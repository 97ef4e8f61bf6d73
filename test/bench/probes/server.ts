import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificate } from '../../support/tls/certificates';

// The target of the looks, in a process of its own: its work is not to be taken for the probe's. The first byte comes after
// so many milliseconds, which is the one phase whose truth is known.

export const delayMs = 50;

export interface Target {
  readonly http: number;
  readonly https: number;
  /** PEM. */
  readonly ca: string;
}

async function main(): Promise<void> {
  const ca = certificate({ name: 'Bench authority', isAuthority: true });
  const issued = certificate({ name: 'localhost', names: ['localhost', '127.0.0.1'], by: ca });
  const answer = (path: string | undefined, end: () => void): void => {
    if (path === '/slow') setTimeout(end, delayMs);
    else end();
  };
  const servers = [
    createHttp((request, response) => answer(request.url, () => response.end('well'))),
    createHttps(issued, (request, response) => answer(request.url, () => response.end('well'))),
  ];
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const [http = 0, https = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  process.send?.({ http, https, ca: ca.cert } satisfies Target);
  process.once('disconnect', () => process.exit());
}

if (require.main === module) void main();
