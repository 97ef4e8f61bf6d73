import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Random } from '../../../../functions/shared/random';

/** How a way is: `black-hole` takes connections and lets nothing through, `cut` ends them at once. */
export type ConnectionMode = 'open' | 'black-hole' | 'cut';

/** A region's way to a server: with a delay, with losses, or none at all. */
export class Proxy {
  #way: ConnectionMode = 'open';
  delayMs = 0;
  /** Share of connections that are reset by chance, never two in a row: that would be an outage. */
  loss = 0;
  #hasLost = false;
  readonly #sockets = new Set<Socket>();
  readonly #server;

  constructor(to: number, random: Random) {
    this.#server = createServer((near) => {
      this.#keep(near);
      if (this.#way === 'black-hole') {
        near.resume();
        return;
      }
      this.#hasLost = random.next() < this.loss && !this.#hasLost;
      if (this.#way === 'cut' || this.#hasLost) {
        near.resetAndDestroy();
        return;
      }
      const far = connect(to, '127.0.0.1');
      this.#keep(far);
      near.once('close', () => far.destroy());
      far.once('close', () => near.end());
      near.on('data', (part) => setTimeout(() => far.writable && far.write(part), this.delayMs));
      far.pipe(near);
    });
  }

  /** What is open when a way breaks is broken too, however long it has been kept. */
  set way(way: ConnectionMode) {
    if (way === this.#way) return;
    this.#way = way;
    for (const socket of this.#sockets) socket.destroy();
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
