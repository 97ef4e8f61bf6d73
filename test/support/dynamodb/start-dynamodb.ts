import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { listen, startBackend, type Reply } from './backend';
import { faultReply, Faults, type Fault } from './faults';
import { Front } from './front';

/** DynamoDB's protocol on 127.0.0.1, in this process. See README.md. */
export interface DynamoDb {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** The next requests for `operation` (`GetItem`) meet these faults, one each. */
  meet(operation: string, ...faults: Fault[]): void;
  /** Takes back the faults that no request has met. */
  forgetFaults(): void;
  /** The requests for `operation` that have come in so far, as parsed JSON. */
  requests(operation: string): Record<string, unknown>[];
  /** Closes everything. Whatever was stored is gone. */
  stop(): Promise<void>;
}

export async function startDynamoDb(): Promise<DynamoDb> {
  const backend = await startBackend();
  const front = new Front(backend);
  const faults = new Faults();
  const log: LoggedRequest[] = [];

  const server = createServer((request, response) => {
    serve(request, response, { front, faults, log }).catch(() => response.destroy());
  });
  const port = await listen(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    meet: (operation, ...added) => faults.add(operation, added),
    forgetFaults: () => faults.forget(),
    requests: (operation) => log.filter((each) => each.operation === operation).map(({ input }) => input),
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await backend.stop();
    },
  };
}

interface LoggedRequest {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

interface Parts {
  readonly front: Front;
  readonly faults: Faults;
  readonly log: LoggedRequest[];
}

async function serve(request: IncomingMessage, response: ServerResponse, { front, faults, log }: Parts): Promise<void> {
  const body = await read(request);
  const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
  const input = JSON.parse(body.toString()) as Record<string, unknown>;
  log.push({ operation, input });

  const fault = faults.take(operation);
  if (fault !== undefined && fault !== 'lost-answer') {
    const actions = Array.isArray(input.TransactItems) ? input.TransactItems.length : 0;
    send(response, faultReply(fault, operation, actions));
    return;
  }
  const reply = await front.handle({ operation, headers: request.headers, body });
  if (fault === 'lost-answer') response.destroy();
  else send(response, reply);
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, headers);
  response.end(body);
}
