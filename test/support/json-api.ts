import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An AWS service of the JSON protocol, on this machine: it gives the answers that a test puts into it. */
export interface JsonApi {
  readonly requests: { target: string; body: unknown }[];
  /** For an SDK client: this endpoint, dummy credentials, one attempt. */
  readonly clientOptions: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  answer(target: string, body: unknown): void;
  fail(target: string, status: number, type: string): void;
  reset(): void;
  stop(): Promise<void>;
}

export async function startJsonApi(): Promise<JsonApi> {
  const requests: JsonApi['requests'] = [];
  const answers = new Map<string, { status: number; body: unknown }>();
  const server = createServer((request, response) => {
    const target = String(request.headers['x-amz-target']);
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      requests.push({ target, body: JSON.parse(text) });
      const { status, body } = answers.get(target) ?? { status: 500, body: { __type: 'NoAnswerPrepared' } };
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    requests,
    clientOptions: {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    },
    answer: (target, body) => void answers.set(target, { status: 200, body }),
    fail: (target, status, type) => void answers.set(target, { status, body: { __type: type, message: type } }),
    reset: () => {
      requests.length = 0;
      answers.clear();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
