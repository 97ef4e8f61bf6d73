import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
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
      response.writeHead(202, { 'content-type': 'text/plain; charset=UTF-8' }).end('accepted\n');
    });
  });
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  const journal = await openJournalQueue(join(folder, 'queue.journal'), () => 0);
  const inMemory = serve({ fetch: appOver({ send: async () => undefined }).fetch, port: 0, hostname: '127.0.0.1' });
  const onDisk = serve({ fetch: appOver(journal).fetch, port: 0, hostname: '127.0.0.1' });
  bare.listen(0, '127.0.0.1');
  const ports = await Promise.all([bare, inMemory as Server, onDisk as Server].map(portOf));
  process.send?.({ ports, folder });
}

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

void main();
