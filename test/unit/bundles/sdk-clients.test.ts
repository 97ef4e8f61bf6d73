import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { leanClients, readOf } from '../../../infra/bundling/sdk-clients';

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
  const read = readOf[client]?.[name.replace('$', '')];
  if (read === undefined) return schema;
  return schema.replace(/"\(\) => ([\w$]+)"/g, (whole, inside: string) => (read.includes(inside) ? whole : '"unread"'));
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

test('the errors that our calls are documented to give keep their classes, others do not', async () => {
  const { outputFiles } = await build({
    stdin: { contents: "export { SSMClient } from '@aws-sdk/client-ssm'", resolveDir: root },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    plugins: [leanClients(join(root, 'functions'))],
  });
  const classes = [...outputFiles[0]!.text.matchAll(/shapeId = "com\.amazonaws\.ssm#(\w+)"/g)].map(([, name]) => name);
  expect(classes.sort()).toEqual([
    'InternalServerError',
    'InvalidFilterKey',
    'InvalidFilterOption',
    'InvalidFilterValue',
    'InvalidKeyId',
    'InvalidNextToken',
    'ParameterNotFound',
    'ParameterVersionNotFound',
  ]);
});
