import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A region's way to a target: with a delay, or cut. */
export class Proxy {
  delayMs = 0;
  cut = false;
  readonly #sockets = new Set<Socket>();
  readonly #server;

  constructor(to: number) {
    this.#server = createServer((near) => {
      this.#keep(near);
      if (this.cut) {
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
