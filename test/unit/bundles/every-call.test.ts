import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions, functionNames } from '../../../infra/bundling';
import { lambdaEnvironment } from '../../bench/lambda-environment';
import { commandsOf, type Command } from '../../support/permissions/commands';
import { root } from '../../house/measure';
import { invoke, type InvocationResult } from './invoke';

// Every call that any function has the code for goes through what the build leaves of its client: out to a server on this
// machine, and back as an answer and as an error. Whether the call does what its function wants is asked elsewhere.

interface CallResult {
  readonly call: string;
  readonly error?: string;
  readonly status?: number;
}

/** What stands in a path of the REST protocols has to be there; of the other members none is asked for by a client. */
const input = {
  ...{ Bucket: 'muster', Key: 'a/b.gz', Body: 'text', HostedZoneId: 'Z1', Id: 'C1' },
  ...{ MessageBody: 'text', Entries: [{ Id: 'E1', MessageBody: 'text' }] },
};
/** The client of SQS compares what arrived with what it sent. */
const taken = { Id: 'E1', MD5OfMessageBody: createHash('md5').update('text').digest('hex') };

/** All calls in one module, each with a client of its own. Made of `aws-client.ts`, as the functions' clients are. */
const moduleOf = (commands: readonly Command[]): string => `
  import { awsClient } from './functions/shared/aws-client';
  ${[...new Set(commands.map(({ client }) => client))]
    .map((client) => `import * as ${nameOf(client)} from '@aws-sdk/client-${client}';`)
    .join('\n')}
  const calls = {
    ${commands
      .map(({ client, name }) => `'${client} ${name}': [${nameOf(client)}, ${nameOf(client)}.${name}Command],`)
      .join('\n')}
  };
  const config = awsClient(process.env, { attempts: 1, connectionMs: 2000, answerMs: 5000, silenceMs: 5000 });
  export const handler = async ({ input }) => {
    const sent = [];
    for (const [call, [client, Command]] of Object.entries(calls)) {
      const Client = Object.entries(client).find(([name, one]) => /Client$/.test(name) && typeof one === 'function' && name !== '__Client')[1];
      try {
        await new Client(config).send(new Command(input));
        sent.push({ call });
      } catch (error) {
        sent.push({ call, error: error.name, status: error.$metadata?.httpStatusCode });
      }
    }
    return sent;
  };`;

const nameOf = (client: string) => client.replaceAll('-', '_');

const folder = mkdtempSync(join(tmpdir(), 'muster-every-call-'));
const file = join(folder, 'index.mjs');
let commands: Command[];
let server: Server;
let isRefusing = false;

beforeAll(async () => {
  const all = [...(await commandsOf(functionNames())).values()].flat();
  commands = [...new Map(all.map((one) => [`${one.client} ${one.name}`, one])).values()];
  await build({
    ...bundleOptions([]),
    stdin: { contents: moduleOf(commands), resolveDir: root, loader: 'js' },
    outfile: file,
  });
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { type, body } = isRefusing ? refusalOf(request) : answerOf(request);
      response.writeHead(isRefusing ? 400 : 200, { 'content-type': type }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}, 60_000);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const isXml = ({ headers }: IncomingMessage) => !/json/.test(headers['content-type'] ?? '');
const answerOf = (request: IncomingMessage) =>
  isXml(request)
    ? { type: 'text/xml', body: '<Answer/>' }
    : { type: 'application/json', body: JSON.stringify({ ...taken, Successful: [taken] }) };

/** An error in the form of the request's protocol: S3's, that of the query protocols, or JSON. */
function refusalOf(request: IncomingMessage) {
  if (!isXml(request)) return { type: 'application/json', body: JSON.stringify({ __type: 'Odd', message: 'odd' }) };
  const error = '<Code>Odd</Code><Message>odd</Message>';
  const isRest = !/urlencoded/.test(request.headers['content-type'] ?? '');
  const isS3 = isRest && (request.url ?? '').startsWith('/muster');
  const isEc2 = /ec2/.test(request.headers.authorization ?? '');
  if (isS3) return { type: 'application/xml', body: `<Error>${error}</Error>` };
  if (isEc2) return { type: 'text/xml', body: `<Response><Errors><Error>${error}</Error></Errors></Response>` };
  return { type: 'text/xml', body: `<ErrorResponse><Error>${error}</Error></ErrorResponse>` };
}

async function sendAll(): Promise<readonly CallResult[]> {
  const { port } = server.address() as AddressInfo;
  const { output, error }: InvocationResult = await invoke(
    file,
    { input },
    lambdaEnvironment(`http://127.0.0.1:${port}`),
  );
  expect(error).toBeUndefined();
  return output as CallResult[];
}

test('every call that some bundle has is answered', async () => {
  isRefusing = false;
  const sent = await sendAll();
  expect(sent.length).toBeGreaterThan(35);
  expect(sent.filter(({ error }) => error !== undefined)).toEqual([]);
}, 60_000);

test('every call that some bundle has is refused under the name that its service gives', async () => {
  isRefusing = true;
  const sent = await sendAll();
  expect(sent.length).toBeGreaterThan(35);
  expect(sent.filter(({ error, status }) => error !== 'Odd' || status !== 400)).toEqual([]);
}, 60_000);
