import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve as absolute } from 'node:path';
import { intoOneFile, readableStacks } from '../../../infra/one-file.cjs';
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
  // As it is deployed: bundled. What reads TypeScript as it runs names every function again whenever it is made.
  const { file, remove } = await intoOneFile(join(__dirname, 'servers.ts'), absolute(__dirname, '../../..'));
  const child = fork(file, { execArgv: [readableStacks] });
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
    remove();
  }
}

/** By bare sockets, read into one buffer each: the generator has the same two cores, and is not what is measured. */
async function requestsPerSecond(port: number, bytes: number, requests: number): Promise<number> {
  const request = requestOf(bytes);
  let left = requests;
  const takeNext = () => left > 0 && (left -= 1) >= 0;
  const began = process.hrtime.bigint();
  await Promise.all(Array.from({ length: connections }, () => ask(port, request, takeNext)));
  return requests / (Number(process.hrtime.bigint() - began) / 1e9);
}

function requestOf(bytes: number): Buffer {
  const { body, headers } = eventOf('evt_1', bytes);
  const lines = Object.entries({ host: 'bench', ...headers, 'content-length': String(Buffer.byteLength(body)) });
  return Buffer.from(
    `POST /hooks/bench HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
}

const wanted = 'HTTP/1.1 202';
const newline = 10;

/** One connection, which asks as long as there is something to ask. */
async function ask(port: number, request: Buffer, takeNext: () => boolean): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let length = 0;
    const answer = Buffer.alloc(4_096);
    const next = () => {
      if (takeNext()) socket.write(request);
      else socket.end(resolve);
    };
    const take = (count: number, chunk: Uint8Array): boolean => {
      answer.set(chunk.subarray(0, count), length);
      length += count;
      // The body is one line, and so is no head: it ends with an empty one.
      if (answer[length - 1] !== newline || answer[length - 2] === '\r'.charCodeAt(0)) return true;
      if (answer.toString('latin1', 0, wanted.length) !== wanted)
        reject(new TypeError(answer.toString('latin1', 0, length)));
      length = 0;
      next();
      return true;
    };
    const onread = { buffer: Buffer.alloc(4_096), callback: take };
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread });
    socket.on('error', reject);
    socket.once('connect', next);
  });
}
