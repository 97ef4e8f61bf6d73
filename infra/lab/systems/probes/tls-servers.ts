import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { createProber } from '../../../../functions/probes/adapters/prober';
import { targetSchema } from '../../../../functions/probes/contracts/target';
import { expiryWarning } from '../../../../functions/probes/domain/certificates';
import type { LookResult } from '../../../../functions/probes/contracts/result';
import { systemClock } from '../../../../functions/shared/runtime';
import { certificate } from '../../tls/certificates';

const dayMs = 86_400_000;

/** A server for each mistake of TLS, and what a look at it found. */
export interface TlsMistake {
  readonly what: string;
  readonly result: LookResult;
}

/** Looks once at servers on loopback each of which makes another mistake; all are gone afterwards. */
export async function lookAtMistakes(): Promise<readonly TlsMistake[]> {
  const authority = certificate({ name: 'Demo authority', isAuthority: true });
  const prober = createProber({ clock: systemClock, ca: authority.cert });
  const found: TlsMistake[] = [];
  for (const [what, options] of mistakes(authority)) {
    const { port, close } = await serve(options);
    try {
      const target = targetSchema.parse({ id: 'tls', url: `https://localhost:${port}/`, internal: true, family: 4 });
      found.push({ what, result: await prober.look(target) });
    } finally {
      close();
    }
  }
  return found;
}

function mistakes(by: ReturnType<typeof certificate>): readonly (readonly [string, TlsOptions])[] {
  const [name, names] = ['localhost', ['localhost']];
  const inDays = (days: number) => new Date(Date.now() + days * dayMs + dayMs / 24);
  const unknown = certificate({ name: 'Another authority', isAuthority: true });
  const old: TlsOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
  return [
    ['expired', certificate({ name, names, by, until: inDays(-2) })],
    ['for another host', certificate({ name: 'shop.example.com', names: ['shop.example.com'], by })],
    ['signed by itself', certificate({ name, names })],
    ['of an unknown chain', certificate({ name, names, by: unknown })],
    ['too old a protocol', { ...certificate({ name, names, by }), ...old }],
    ['ends soon', certificate({ name, names, by, until: inDays(5) })],
  ];
}

async function serve(options: TlsOptions): Promise<{ readonly port: number; readonly close: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer(options, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  });
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

/** `expired: tls_expired, CERT_HAS_EXPIRED (until …)`: a line for people. */
export function mistakeText({ what, result: { up, reason, detail, certificate: shown } }: TlsMistake): string {
  const soon = shown === undefined ? undefined : expiryWarning(shown);
  const said = reason === undefined ? (up ? 'up' : 'not up') : `${reason}: ${detail ?? ''}`;
  const left = soon === undefined ? '' : `, its certificate ends within ${soon.days} days (a warning by mail)`;
  return `${what.padEnd(20)} ${said}${left}`;
}
