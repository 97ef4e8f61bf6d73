import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eventOf } from './events';

export interface Throughput {
  /** Requests a second, of the best round: what else the machine does only takes away, and never from all of them alike. */
  readonly bare: number;
  readonly inMemory: number;
  readonly onDisk: number;
}

const connections = 32;

/** Requests of so many bytes to each of the three servers, in turns, so that what else the machine does meets all. */
export async function measureThroughput(bytes: number, requests: number, rounds: number): Promise<Throughput> {
  const child = fork(join(__dirname, 'servers.ts'), { execArgv: ['--import', 'tsx'] });
  try {
    const { ports, folder } = await new Promise<{ ports: number[]; folder: string }>((resolve, reject) => {
      child.once('message', (message) => resolve(message as { ports: number[]; folder: string }));
      child.once('exit', () => reject(new TypeError('the servers have ended')));
    });
    const rates: number[][] = ports.map(() => []);
    for (let round = 0; round <= rounds; round += 1) {
      for (const [index, port] of ports.entries()) {
        const rate = await requestsPerSecond(port, bytes, requests);
        // The first round only warms up.
        if (round > 0) rates[index]?.push(rate);
      }
    }
    rmSync(folder, { recursive: true, force: true });
    const [bare = NaN, inMemory = NaN, onDisk = NaN] = rates.map((all) => Math.max(...all));
    return { bare, inMemory, onDisk };
  } finally {
    child.kill();
  }
}

/** By sockets and not by a client: the generator has the same two cores. */
async function requestsPerSecond(port: number, bytes: number, requests: number): Promise<number> {
  const { body, headers } = eventOf('evt_1', bytes);
  const lines = Object.entries({ host: 'bench', ...headers, 'content-length': String(Buffer.byteLength(body)) });
  const request = Buffer.from(
    `POST /hooks/bench HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
  let left = requests;
  const began = process.hrtime.bigint();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.setNoDelay(true);
      try {
        await new Promise<void>((resolve, reject) => {
          const next = () => {
            if (left === 0) {
              resolve();
              return;
            }
            left -= 1;
            socket.write(request);
          };
          let answer = '';
          socket.on('error', reject);
          socket.on('data', (chunk) => {
            answer += chunk.toString('latin1');
            if (!answer.includes('accepted\n')) return;
            if (!answer.startsWith('HTTP/1.1 202')) reject(new TypeError(answer));
            answer = '';
            next();
          });
          next();
        });
      } finally {
        socket.destroy();
      }
    }),
  );
  return requests / (Number(process.hrtime.bigint() - began) / 1e9);
}
