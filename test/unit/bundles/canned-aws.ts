import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an operation is answered with. */
export interface CannedAnswer {
  readonly status?: number;
  readonly body: string;
}

/** AWS's protocols on this machine, JSON, query and REST alike, with the answers that a test puts into it. */
export interface CannedAws {
  readonly endpoint: string;
  /** The operations that were called, in order, each with its request's body. */
  readonly calls: { readonly operation: string; readonly body: string }[];
  /** What an operation is answered with from now on; `hang` never answers. */
  on(operation: string, answer: CannedAnswer | 'hang'): void;
  reset(): void;
  stop(): Promise<void>;
}

export async function startCannedAws(): Promise<CannedAws> {
  const calls: CannedAws['calls'] = [];
  const answers = new Map<string, CannedAnswer | 'hang'>();
  const server = createServer((request, response) => {
    read(request).then(
      (body) => {
        const operation = operationOf(request, body);
        calls.push({ operation, body });
        const answer = answers.get(operation) ?? { status: 500, body: `nothing was prepared for ${operation}` };
        if (answer === 'hang') return;
        const type = answer.body.startsWith('<') ? 'text/xml' : 'application/x-amz-json-1.1';
        response.writeHead(answer.status ?? 200, { 'content-type': type }).end(answer.body);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    on: (operation, answer) => void answers.set(operation, answer),
    reset: () => {
      calls.length = 0;
      answers.clear();
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The header of the JSON protocols, the parameter of the query protocol, or the method and path of REST. */
function operationOf({ headers, method = '', url = '' }: IncomingMessage, body: string): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  return new URLSearchParams(body).get('Action') ?? `${method} ${url.split('?')[0] ?? ''}`;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** An error as the query protocol tells it. EC2 has its own form. */
export const queryError = (code: string, message = code): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
export const ec2Error = (code: string): string =>
  `<Response><Errors><Error><Code>${code}</Code><Message>${code}</Message></Error></Errors><RequestID>1</RequestID></Response>`;
export const jsonError = (type: string): string => JSON.stringify({ __type: type, message: `${type}!` });
