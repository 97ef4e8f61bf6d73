import { lookup } from 'node:dns/promises';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { certificate } from '../../../infra/lab/tls/certificates';

// The target of the looks, in a process of its own: its work is not to be taken for the probe's. The first byte comes after
// so many milliseconds, which is the one phase whose truth is known.

export const delayMs = 50;

/**
 * Milliseconds from each request for `/slow?by=NAME` until its answer was on its way, by name: a timer is late on a machine that
 * is busy, and that is not the error of those who look.
 */
export type Took = Readonly<Record<string, readonly number[]>>;

export interface Target {
  readonly http: number;
  readonly https: number;
  /** A name of this machine that the system's resolver has to be asked for: `localhost` is known to curl without. */
  readonly name: string;
  /** PEM. */
  readonly ca: string;
}

async function main(): Promise<void> {
  const { name, address } = await ownName();
  const ca = certificate({ name: 'Bench authority', isAuthority: true });
  const issued = certificate({ name: 'localhost', names: ['localhost', '127.0.0.1', name], by: ca });
  const took: Record<string, number[]> = {};
  const answer = (path = '/', end: () => void): void => {
    const { pathname, searchParams } = new URL(path, 'http://bench');
    if (pathname !== '/slow') {
      end();
      return;
    }
    const begun = performance.now();
    setTimeout(() => {
      end();
      (took[searchParams.get('by') ?? ''] ??= []).push(performance.now() - begun);
    }, delayMs);
  };
  const servers = [
    createHttp((request, response) => answer(request.url, () => response.end('well'))),
    createHttps(issued, (request, response) => answer(request.url, () => response.end('well'))),
  ];
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const [http = 0, https = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  process.on('message', () => process.send?.(took satisfies Took));
  process.send?.({ http, https, name, ca: ca.cert } satisfies Target);
  process.once('disconnect', () => process.exit());
}

async function ownName(): Promise<{ name: string; address: string }> {
  const name = hostname();
  const found = await lookup(name, { family: 4 }).catch(() => undefined);
  const isOwn = (address: string) =>
    address.startsWith('127.') ||
    Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address));
  return found !== undefined && isOwn(found.address)
    ? { name, address: found.address }
    : { name: 'localhost', address: '127.0.0.1' };
}

if (require.main === module) void main();
