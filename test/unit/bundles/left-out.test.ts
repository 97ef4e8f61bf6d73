import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../../infra/bundling';
import { invoke } from './invoke';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-left-out-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// What the build leaves out is not missed quietly: code that comes to need it gets an error that says so, and where.
test.each([
  [
    'an AWS client without credentials of its own',
    `import { SSMClient, GetParameterCommand } from '@aws-sdk/client-ssm';
     export const handler = () => new SSMClient({}).send(new GetParameterCommand({ Name: 'a' }));`,
    'without credentials',
  ],
  [
    'redirects',
    `import axios from 'axios';
     export const handler = () => axios.get('http://127.0.0.1:9/', { proxy: false });`,
    'redirects',
  ],
  [
    'a proxy of the environment',
    `import axios from 'axios';
     export const handler = () => axios.get('http://127.0.0.1:9/', { maxRedirects: 0 });`,
    'proxy in the environment',
  ],
  [
    'adaptive retries',
    `import { SSMClient, GetParameterCommand } from '@aws-sdk/client-ssm';
     const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
     const client = new SSMClient({ region: 'eu-central-1', retryMode: 'adaptive', credentials });
     export const handler = () => client.send(new GetParameterCommand({ Name: 'a' }));`,
    'adaptive retries',
  ],
  [
    'the discovery of endpoints',
    `import { getEndpointDiscoveryPlugin } from '@aws-sdk/middleware-endpoint-discovery';
     export const handler = async () => getEndpointDiscoveryPlugin({}, {});`,
    'discover endpoints',
  ],
  [
    'a hash in JavaScript',
    `import { Sha256Js } from '@smithy/core/checksum';
     export const handler = async () => new Sha256Js();`,
    'node:crypto',
  ],
  [
    'a checksum in JavaScript',
    `import { Sha1Js } from '@aws-sdk/checksums/sha';
     export const handler = async () => new Sha1Js();`,
    'node:crypto',
  ],
  [
    'the signature of an event',
    `import { SignatureV4 } from '@smithy/signature-v4';
     import { Hash } from '@smithy/core/serde';
     const signer = new SignatureV4({
       service: 'a', region: 'b', sha256: Hash.bind(null, 'sha256'), credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
     });
     export const handler = () => signer.sign({ message: { headers: {}, body: new Uint8Array() }, priorSignature: '' }, {});`,
    'sign events',
  ],
  [
    'the name of a status',
    `import axios from 'axios';
     export const handler = async () => axios.HttpStatusCode.Ok;`,
    'names of statuses',
  ],
  [
    'a form with files',
    `import axios from 'axios';
     const form = new FormData();
     form.append('a', 'b');
     export const handler = () => axios.post('http://127.0.0.1:9/', form, { proxy: false, maxRedirects: 0 });`,
    'FormData',
  ],
  [
    'a form as JSON',
    `import axios from 'axios';
     export const handler = async () => axios.formToJSON(new FormData());`,
    'FormData',
  ],
  [
    'a URL with data',
    `import axios from 'axios';
     export const handler = () => axios.get('data:text/plain,a', { proxy: false, maxRedirects: 0 });`,
    'data: URLs',
  ],
  [
    'a URL with data of a limited length',
    `import axios from 'axios';
     export const handler = () => axios.get('data:text/plain,a', { proxy: false, maxRedirects: 0, maxContentLength: 9 });`,
    'data: URLs',
  ],
  [
    'progress',
    `import axios from 'axios';
     const onUploadProgress = () => undefined;
     export const handler = () =>
       axios.post('http://127.0.0.1:9/', 'a', { proxy: false, maxRedirects: 0, onUploadProgress });`,
    'progress',
  ],
  [
    'HTTP 2',
    `import axios from 'axios';
     export const handler = () => axios.get('http://127.0.0.1:9/', { proxy: false, maxRedirects: 0, httpVersion: 2 });`,
    'HTTP/2',
  ],
  [
    'the metadata of an instance',
    `import { SSMClient, GetParameterCommand } from '@aws-sdk/client-ssm';
     const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
     export const handler = () => {
       delete process.env.AWS_REGION;
       return new SSMClient({ credentials }).send(new GetParameterCommand({ Name: 'a' }));
     };`,
    'metadata',
  ],
  [
    'data that contains itself',
    `import * as z from 'zod';
     const node = z.object({ get next() { return node.optional(); } });
     export const handler = async () => {
       const data = {};
       data.next = data;
       return node.parse(data);
     };`,
    'contains itself',
  ],
  [
    'a list that contains itself',
    `import * as z from 'zod';
     const node = z.array(z.lazy(() => node));
     export const handler = async () => {
       const data = [];
       data.push(data);
       return node.parse(data);
     };`,
    'contains itself',
  ],
  [
    'JSON Schema',
    `import * as z from 'zod';
     export const handler = async () => z.object({ a: z.string() }).toJSONSchema();`,
    'JSON Schema',
  ],
])('%s', async (name, contents, message) => {
  const outfile = join(folder, `${name.replaceAll(' ', '-')}.mjs`);
  await bundle(contents, outfile);
  const { error } = await invoke(outfile, {});
  expect(error).toMatchObject({ message: expect.stringContaining(message) as string });
  expect(error?.message).toContain('infra/bundling');
});

test('what is not left out works as ever', async () => {
  const outfile = join(folder, 'as-ever.mjs');
  const contents = `import * as z from 'zod';
    export const handler = async (event) => z.object({ a: z.string().min(2), b: z.iso.datetime().optional() }).parse(event);`;
  await bundle(contents, outfile);
  expect((await invoke(outfile, { a: 'ab' })).output).toEqual({ a: 'ab' });
  expect((await invoke(outfile, { a: 'a', b: 'x' })).error?.name).toBe('ZodError');
});

test('the files of ~/.aws are not looked for', async () => {
  const outfile = join(folder, 'config-files.mjs');
  const contents = `import { loadConfig } from '@smithy/core/config';
    const named = { environmentVariableSelector: () => undefined, configFileSelector: (profile) => profile.region };
    export const handler = () => loadConfig({ ...named, default: 'none' })();`;
  await bundle(contents, outfile);
  const file = join(folder, 'config');
  writeFileSync(file, '[default]\nregion = eu-central-1\n');
  expect((await invoke(outfile, {}, { AWS_CONFIG_FILE: file })).output).toBe('none');
});

test('a schema that contains itself parses data that does not', async () => {
  const outfile = join(folder, 'recursive.mjs');
  const contents = `import * as z from 'zod';
    const node = z.object({ name: z.string(), get parts() { return z.array(node).default([]); } });
    export const handler = async (event) => node.parse(event);`;
  await bundle(contents, outfile);
  const part = (name: string) => ({ name, parts: [] });
  expect((await invoke(outfile, { name: 'a', parts: [{ name: 'b' }, { name: 'b' }] })).output).toEqual({
    name: 'a',
    parts: [part('b'), part('b')],
  });
  expect((await invoke(outfile, { name: 'a', parts: [{}] })).error?.name).toBe('ZodError');
});

/** Bundles a function of the test's own as all functions are. */
async function bundle(contents: string, outfile: string): Promise<void> {
  const stdin = { contents, resolveDir: __dirname };
  await build({ ...bundleOptions([]), entryPoints: [], outExtension: {}, stdin, outfile });
}
