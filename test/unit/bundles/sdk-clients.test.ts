import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { keptErrors, leanClients, membersRead, readOf } from '../../../infra/bundling/sdk-clients';

const root = join(__dirname, '../../..');
const clients = readdirSync(join(root, 'node_modules/@aws-sdk')).filter((name) => name.startsWith('client-'));

/** The schemas of a client as they are at run time, as text; with their exports in order. */
async function schemasOf(client: string, lean: boolean): Promise<[name: string, schema: string][]> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'node_modules/@aws-sdk', client, 'dist-es/schemas/schemas_0.js')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    plugins: lean ? [leanClients(join(root, 'functions'))] : [],
  });
  const module = { exports: {} as Record<string, unknown> };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is the module that was just built
  const load = new Function('module', 'exports', 'require', outputFiles[0]!.text) as (...args: unknown[]) => void;
  load(module, module.exports, require);
  const schemas = Object.entries(module.exports).filter(([name]) => name !== 'errorTypeRegistries');
  return schemas.map(([name, schema]) => [name, JSON.stringify(schema, (_, value: unknown) => plain(value))]);
}

/** A schema names another one by a function, and marks itself with symbols. */
const plain = (value: unknown) => {
  if (typeof value !== 'function') return value;
  return value.name === 'unread' ? 'unread' : value.toString();
};

/** The schema of a structure of a client of which not all is read, as the build is to make it. */
function asRead(client: string, name: string, schema: string): string {
  const structure = name.replace('$', '');
  const members = membersRead[client]?.[structure];
  const read = readOf[client]?.[structure];
  if (members !== undefined) schema = withMembers(schema, members);
  if (read === undefined) return schema;
  return schema.replace(/"\(\) => ([\w$]+)"/g, (whole, inside: string) => (read.includes(inside) ? whole : '"unread"'));
}

/** A schema of a structure is `[3, namespace, name, traits, members, their schemas]`. */
function withMembers(schema: string, read: readonly string[]): string {
  const [kind, namespace, name, traits, members, types] = JSON.parse(schema) as [...unknown[]] & {
    4: string[];
    5: unknown[];
  };
  const kept = (all: readonly unknown[]) => all.filter((_, at) => read.includes(members[at]!));
  return JSON.stringify([kind, namespace, name, traits, kept(members), kept(types)]);
}

describe.each(clients)('%s', (client) => {
  test('has the same schemas after the build has rewritten them', async () => {
    const [original, after] = await Promise.all([schemasOf(client, false), schemasOf(client, true)]);
    const before = original.map(([name, schema]) => [name, asRead(client, name, schema)]);
    expect(after.length).toBeGreaterThan(10);
    expect(after.filter(([name, schema], at) => before[at]?.[0] !== name || before[at][1] !== schema)).toEqual([]);
    expect(after).toHaveLength(before.length);
  });
});

/** The classes of a client's errors that come into a bundle of it. */
async function errorClasses(client: string, name: string): Promise<string[]> {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${name} } from '@aws-sdk/${client}'`, resolveDir: root },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    plugins: [leanClients(join(root, 'functions'))],
  });
  const classes = outputFiles[0]!.text.matchAll(/shapeId = "com\.amazonaws\.(?!sso|sts|signin)\w+#(\w+)"/g);
  return [...classes].map(([, error = '']) => error).sort();
}

test('errors keep their classes where the sources compare with them, and where the SDK needs them; others do not', async () => {
  expect(await errorClasses('client-ssm', 'SSMClient')).toEqual([]);
  expect(await errorClasses('client-dynamodb', 'DynamoDBClient')).toEqual([
    'ConditionalCheckFailedException',
    'TransactionCanceledException',
    'TransactionConflictException',
  ]);
  expect([...keptErrors]).toEqual(['client-route-53']);
  expect(await errorClasses('client-route-53', 'Route53Client')).toEqual(
    expect.arrayContaining(['InvalidChangeBatch', 'NoSuchChange', 'NoSuchHostedZone', 'PriorRequestNotComplete']),
  );
});

// What is read of an answer, by its name: a member that is read and was left out would be missing in Lambda only.
test.each(
  Object.entries(membersRead).flatMap(([client, all]) => Object.keys(all).map((name) => [client, name] as const)),
)('of %s, what is read of %s stays', async (client, structure) => {
  const schemas = new Map(await schemasOf(client, false));
  const [, , , , members] = JSON.parse(schemas.get(`${structure}$`)!) as [unknown, unknown, unknown, unknown, string[]];
  const read = membersRead[client]![structure]!;
  expect(members).toEqual(expect.arrayContaining([...read]));
  const left = members.filter((name) => !read.includes(name));
  expect(left.length).toBeGreaterThan(10);
  const sources = sourcesWith(`@aws-sdk/${client}`, /\bec2\b/i);
  expect(sources.length).toBeGreaterThan(3);
  // `Description` is what a target's health and an event of Auto Scaling have too.
  const asked = left.filter((name) => name !== 'Description');
  const mentioned = asked.filter((name) => sources.some((text) => new RegExp(`[.{,] *${name}\\b`).test(text)));
  expect(mentioned).toEqual([]);
});

/** Of the files that run in Lambda (operations run in the console) those that import a client or speak of it. */
function sourcesWith(client: string, word: RegExp): string[] {
  return readdirSync(join(root, 'functions'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('operations'))
    .map((file) => readFileSync(join(root, 'functions', file), 'utf8'))
    .filter((text) => text.includes(client) || word.test(text));
}
