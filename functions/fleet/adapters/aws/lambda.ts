import type { SSMClient } from '@aws-sdk/client-ssm';
import axios from 'axios';
import * as z from '../../../shared/schema';
import { NamedError } from '../../../shared/named-error';
import type { DeployedResources } from '../../ports/deployed';

export interface LambdaPlace {
  /** Whose credentials and region are used: Lambda's own client is not among the dependencies for three reads. */
  readonly like: SSMClient;
  /** For tests. Default: that of the region. */
  readonly endpoint?: string;
  /** `aws`, `aws-cn` … */
  readonly partition: string;
}

const functionShape = z.object({
  Timeout: z.number(),
  MemorySize: z.number(),
  CodeSize: z.number(),
  EphemeralStorage: z._default(z.object({ Size: z.number() }), { Size: 512 }),
  State: z._default(z.string(), 'Active'),
});
const reservedShape = z.object({ ReservedConcurrentExecutions: z.optional(z.number()) });
const accountShape = z.object({
  AccountLimit: z.object({
    TotalCodeSize: z.number(),
    CodeSizeUnzipped: z.number(),
    CodeSizeZipped: z.number(),
    ConcurrentExecutions: z.number(),
    UnreservedConcurrentExecutions: z._default(z.number(), 0),
  }),
  AccountUsage: z.object({ TotalCodeSize: z.number() }),
});

const patienceMs = 15_000;

/**
 * The reads of Lambda that the doctor makes, over its REST API (Lambda API reference: GetFunctionConfiguration,
 * GetFunctionConcurrency, GetAccountSettings). Errors have the name that AWS gives them.
 */
export function createLambda(place: LambdaPlace): Pick<DeployedResources, 'function' | 'reserved' | 'account'> {
  return {
    function: async (name) => {
      const found = await read(place, `/2015-03-31/functions/${encodeURIComponent(name)}/configuration`);
      if (found === undefined) return undefined;
      const { Timeout, MemorySize, CodeSize, EphemeralStorage, State } = functionShape.parse(found);
      const sizes = { memoryMb: MemorySize, storageMb: EphemeralStorage.Size, codeBytes: CodeSize };
      return { name, timeoutSeconds: Timeout, ...sizes, state: State };
    },
    reserved: async (name) => {
      const found = await read(place, `/2019-09-30/functions/${encodeURIComponent(name)}/concurrency`);
      return found === undefined ? undefined : reservedShape.parse(found).ReservedConcurrentExecutions;
    },
    account: async () => {
      const { AccountLimit: limit, AccountUsage: usage } = accountShape.parse(
        await read(place, '/2016-08-19/account-settings/'),
      );
      return {
        concurrency: limit.ConcurrentExecutions,
        unreserved: limit.UnreservedConcurrentExecutions,
        zippedBytes: limit.CodeSizeZipped,
        unzippedBytes: limit.CodeSizeUnzipped,
        totalBytes: limit.TotalCodeSize,
        usedBytes: usage.TotalCodeSize,
      };
    },
  };
}

/** @returns the answer; `undefined` if there is no such function. */
async function read({ like, endpoint, partition }: LambdaPlace, path: string): Promise<unknown> {
  const region = await like.config.region();
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = new URL(path, endpoint ?? `https://lambda.${region}.${domain}`);
  const { signer: signerOf } = like.config;
  const signer = await signerOf({ name: 'sigv4', signingName: 'lambda', signingRegion: region, properties: {} });
  const request = {
    method: 'GET',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: url.pathname,
    query: {},
    headers: { host: url.host },
  };
  // The client's own service comes before that of the scheme, and this before both.
  const { headers } = await signer.sign(request, { signingService: 'lambda', signingRegion: region });
  // The HTTP client writes `host` itself.
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'host'));
  const answer = await axios.get<unknown>(url.href, {
    headers: own,
    timeout: patienceMs,
    maxRedirects: 0,
    validateStatus: () => true,
  });
  if (answer.status === 200) return answer.data;
  if (answer.status === 404) return undefined;
  throw refusal(answer.status, answer.headers['x-amzn-errortype'], answer.data);
}

const bodyShape = z.catch(z.object({ message: z.optional(z.string()), Message: z.optional(z.string()) }), {});

function refusal(status: number, type: unknown, body: unknown): NamedError {
  const [name = ''] = typeof type === 'string' ? type.split(':') : [];
  const { message, Message } = bodyShape.parse(body);
  const text = message ?? Message ?? `Lambda answers ${status}`;
  return new NamedError(name === '' ? 'LambdaRefused' : name, text, { fault: 'environment' });
}
