import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpServer } from '../../../infra/lab/systems/webhooks/http-server';
import { openJournalQueue } from '../../../infra/lab/systems/webhooks/journal-queue';
import { appOver } from './request';

// A process of its own with three servers: a bare one that reads the body and answers, the application over a queue in
// memory, and the application over the queue on the disk that `muster webhooks serve` has. Tells their ports.

async function main(): Promise<void> {
  const bare = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      if (Buffer.concat(chunks).length === 0) throw new TypeError('no body');
      response.writeHead(202, { 'content-type': 'text/plain; charset=UTF-8', 'content-length': '9' }).end('accepted\n');
    });
  });
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  const journal = await openJournalQueue(join(folder, 'queue.journal'), () => 0);
  const inMemory = createHttpServer(appOver({ send: async () => undefined }));
  const onDisk = createHttpServer(appOver(journal));
  for (const server of [bare, inMemory, onDisk]) server.listen(0, '127.0.0.1');
  const ports = await Promise.all([bare, inMemory, onDisk].map(portOf));
  process.send?.({ ports, folder });
}

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

void main();
