import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { leanEndpoints } from '../../../infra/bundling/sdk-endpoints';

const root = join(__dirname, '../../..');
const clients = readdirSync(join(root, 'node_modules/@aws-sdk')).filter((name) => name.startsWith('client-'));

type Parameters = Record<string, string | boolean>;
type Resolver = (parameters: Parameters) => { url: URL; properties: unknown };

/** How a client finds its endpoint, with all rules and with those that the build leaves. */
async function resolver(client: string, lean: boolean): Promise<{ resolve: Resolver; size: number }> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'node_modules/@aws-sdk', client, 'dist-es/endpoint/endpointResolver.js')],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    plugins: lean ? [leanEndpoints()] : [],
  });
  const module = { exports: {} as { defaultEndpointResolver: Resolver } };
  const { text } = outputFiles[0]!;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is the module that was just built
  (new Function('module', 'exports', 'require', text) as (...args: unknown[]) => void)(module, module.exports, require);
  return { resolve: module.exports.defaultEndpointResolver, size: text.length };
}

/** Every value of each parameter with every one of the others; `undefined` leaves it out. */
function combined(values: Readonly<Record<string, readonly (string | boolean | undefined)[]>>): Parameters[] {
  return Object.entries(values).reduce<Parameters[]>(
    (all, [name, those]) =>
      all.flatMap((one) => those.map((value) => (value === undefined ? one : { ...one, [name]: value }))),
    [{}],
  );
}

function answer(resolve: Resolver, parameters: Parameters): unknown {
  try {
    const { url, properties } = resolve(parameters);
    return { url: url.href, properties };
  } catch (error) {
    return (error as Error).message;
  }
}

// As our calls may come: any region, the real endpoint and one of a test's, buckets as people name them.
const regions = ['eu-central-1', 'us-east-1', 'us-gov-west-1', 'cn-north-1', 'ap-southeast-9', 'aws-global'];
const ours: Parameters[] = combined({
  Region: [...regions, undefined],
  Endpoint: [undefined, 'http://localhost:4566', 'https://proxy.example.com/path'],
  UseFIPS: [false],
  UseDualStack: [false],
});
const ourBuckets = combined({
  Bucket: ['muster-webhooks-1', 'with.dots', 'Old_Name', 'a--x', undefined],
  ForcePathStyle: [true, false],
  Accelerate: [false],
  UseGlobalEndpoint: [false, true],
  UseArnRegion: [true],
});
const ourTables = combined({ ResourceArn: ['muster-ledger'], AccountIdEndpointMode: ['preferred', 'disabled'] });

const own: Readonly<Record<string, readonly Parameters[]>> = { 'client-s3': ourBuckets, 'client-dynamodb': ourTables };

// A rule of the SDK's that is no longer found where it was would leave the client as large as it is.
const savedAtLeast: Readonly<Record<string, number>> = { 'client-s3': 10_000, 'client-dynamodb': 2_000 };

describe.each(clients)('%s', (client) => {
  test('finds the same endpoint for each of our calls, with fewer rules', async () => {
    const [all, lean] = await Promise.all([resolver(client, false), resolver(client, true)]);
    const asked = ours.flatMap((call) => (own[client] ?? [{}]).map((more) => ({ ...call, ...more })));
    const found = asked.map((parameters) => answer(lean.resolve, parameters));
    expect(found).toEqual(asked.map((parameters) => answer(all.resolve, parameters)));
    expect(new Set(found.map((one) => JSON.stringify(one))).size).toBeGreaterThan(2);
    expect(all.size - lean.size).toBeGreaterThan(savedAtLeast[client] ?? 300);
  });
});

test.each([
  ['client-ec2', { UseFIPS: true }, 'FIPS endpoints'],
  ['client-sns', { UseDualStack: true }, 'dual-stack endpoints'],
  ['client-s3', { Bucket: 'muster', UseFIPS: true }, 'FIPS endpoints'],
  ['client-s3', { Bucket: 'muster', Accelerate: true }, 'S3 acceleration'],
  ['client-s3', { Bucket: 'muster--euc1-az1--x-s3' }, 'directory buckets'],
  ['client-s3', { Bucket: 'arn:aws:s3:eu-central-1:123456789012:accesspoint/muster' }, 'ARNs'],
  [
    'client-dynamodb',
    { ResourceArn: 'arn:aws:dynamodb:eu-central-1:123456789012:table/a', AccountIdEndpointMode: 'preferred' },
    'ARNs',
  ],
])('%s refuses %j: no %s', async (client, more, what) => {
  const { resolve } = await resolver(client, true);
  const said = answer(resolve, { Region: 'eu-central-1', UseFIPS: false, UseDualStack: false, ...more });
  expect(said).toContain(what);
  expect(said).toContain('infra/bundling');
});

// Credentials may tell their account one day: that must not keep a function from its table.
test('client-dynamodb goes to the region’s endpoint, whether or not the account is known', async () => {
  const { resolve } = await resolver('client-dynamodb', true);
  const of = (more: object) =>
    answer(resolve, { Region: 'eu-central-1', UseFIPS: false, UseDualStack: false, ...more });
  const account = { AccountId: '123456789012', AccountIdEndpointMode: 'preferred', ResourceArn: 'muster-ledger' };
  expect(of(account)).toMatchObject({ url: 'https://dynamodb.eu-central-1.amazonaws.com/' });
  expect(of({ ...account, ResourceArnList: ['muster-ledger'] })).toEqual(of(account));
});
