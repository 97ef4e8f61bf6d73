import { SSMClient } from '@aws-sdk/client-ssm';
import { jsonLogger } from '../../../functions/shared/runtime';
import { createRouteParameters } from '../../../functions/webhooks/adapters/aws/route-parameters';
import type { RouteInput } from '../../../functions/webhooks/contracts/routes';
import { SecretsCache } from '../../../functions/webhooks/ingress/secrets-cache';
import { makeHandler as makeIngress } from '../../../functions/webhooks/triggers/ingress/handler';
import { makeHandler as makeStager } from '../../../functions/webhooks/triggers/stage-events/handler';
import { makeHandler as makeStarter } from '../../../functions/webhooks/triggers/start-loads/handler';
import { AwsServer, jsonError } from '../../support/aws-services/server';
import { SsmService } from '../../support/webhooks/aws/small-services';
import { memoryStore } from '../../support/webhooks/memory-store';

// One parameter of a route is broken: by hand, by a rollback, by half a deployment. The other routes are other senders'.

const ssm = new SsmService();
const aws = new AwsServer([ssm]);
beforeAll(() => aws.start());
afterAll(() => aws.stop());
beforeEach(() => {
  aws.reset();
  ssm.parameters.clear();
});

const route = (name: string, more: object = {}): RouteInput => ({
  ...{ name, path: `/hooks/${name}`, scheme: { kind: 'key' }, secret: name, table: name },
  ...more,
});
const put = (name: string, value: unknown) =>
  void ssm.parameters.set(`/muster/webhooks/${name}`, typeof value === 'string' ? value : JSON.stringify(value));

/** A process: its functions over one source of routes, and what they said. */
function cold() {
  let now = Date.parse('2026-11-28T12:00:00.000Z');
  const clock = { now: () => new Date(now) };
  const [said, counted, sent, started]: [string[], string[], string[], string[]] = [[], [], [], []];
  const log = jsonLogger((line) => said.push(line));
  const metrics = {
    count: (name: string, _: number, dimensions: object) =>
      void counted.push(`${name} ${Object.values(dimensions).join(' ')}`),
    duration: () => undefined,
  };
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = new SSMClient({ endpoint: aws.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
  const routes = createRouteParameters({ client, path: '/muster/webhooks/', clock, log });
  const { store, objects } = memoryStore();
  const secrets = new SecretsCache({ read: async () => ['k'] }, clock);
  const queue = { send: async (body: string) => void sent.push(body) };
  const ingress = makeIngress({ routes, clock, log, metrics, store, queue, secrets, newId: () => `m-${sent.length}` });
  const executions = { latest: async () => undefined, start: async (table: string) => void started.push(table) };
  return {
    ...{ routes, said, counted, sent, started, objects },
    post: async (path: string, method = 'POST') => {
      const requestContext = { http: { method } };
      return ingress({ rawPath: path, headers: { 'x-api-key': 'k' }, body: '{}', requestContext });
    },
    stage: makeStager({ routes, clock, log, metrics, store }),
    start: makeStarter({ routes, clock, log, metrics, store, executions }),
    later: (seconds: number) => (now += 1_000 * seconds),
  };
}

const retry = { statusCode: 503, headers: { 'retry-after': '30' } };

test.each<[string, unknown]>([
  ['no JSON', '{"name":"bad", '],
  ['no route', '7'],
  ['without a path', route('bad', { path: 'hooks' })],
])(
  'a parameter that is %s: the others are served, and no sender gets 404 while its path is not known',
  async (_, value) => {
    put('good', route('good'));
    put('bad', value);
    const { post, said, counted } = cold();
    expect(await post('/hooks/good')).toMatchObject({ statusCode: 202 });
    expect(await post('/hooks/bad')).toMatchObject(retry);
    expect(counted).toEqual(['Accepted good', 'Unavailable bad route']);
    expect(said.filter((line) => /"a route cannot be used".*"route":"bad"/.test(line))).toHaveLength(1);
  },
);

test('one that has a path and another mistake: 503 there, 404 where no route is', async () => {
  put('a', route('a'));
  put('bad', route('bad', { scheme: { kind: 'svx' } }));
  put('z', route('z'));
  const { post, said, counted } = cold();
  for (const [path, statusCode] of Object.entries({ '/hooks/a': 202, '/hooks/z': 202, '/hooks/none': 404 }))
    expect(await post(path)).toMatchObject({ statusCode });
  expect(await post('/hooks/bad')).toMatchObject(retry);
  expect(await post('/hooks/none')).toMatchObject({ statusCode: 404 });
  expect(counted).toContain('Unavailable bad route');
  expect(said[0]).toContain('scheme.kind: got a text of 3 characters, allowed: standard-webhooks');
});

test('one whose route has another name is told, and is not served as another source; the route that it copies is', async () => {
  put('a', route('b', { table: 7 }));
  put('b', route('b'));
  put('c', route('d'));
  const { post, start, said, counted } = cold();
  expect(await post('/hooks/b')).toMatchObject({ statusCode: 202 });
  expect(await post('/hooks/d')).toMatchObject(retry);
  expect(counted).toEqual(['Accepted b', 'Unavailable c route']);
  expect(said.join('\n')).toContain('name: got a text of 1 characters, allowed: c, as its parameter is called');
  expect(said.join('\n')).toMatch(/"route":"a","why":"table: got a number, [^"]*name: got a text/);
  await expect(start()).rejects.toMatchObject({ name: 'RoutesInvalid' });
});

const canary = 'whsec_canary0123456789abcdef';
test.each<[string, unknown]>([
  ['the parameter', canary],
  ['the parameter, as JSON', JSON.stringify(canary)],
  ['its name', route(canary)],
  ['its path', route('bad', { path: canary })],
  ['its secret', route('bad', { secret: [canary] })],
  ['a field that is none', route('bad', { key: canary })],
  ['the name of a field', route('bad', { [canary]: true })],
  ['its scheme', route('bad', { scheme: canary })],
  ['a field of its scheme', route('bad', { scheme: { kind: 'key', header: canary } })],
  ['the name of a column', route('bad', { columns: { [`A ${canary}`]: { type: 'json', from: '/a' } } })],
  ['a column', route('bad', { columns: { n: { type: 'bigint', from: canary } } })],
])('a secret that stands instead of %s is in no log and in no error', async (_, value) => {
  put('bad', value);
  put('good', route('good'));
  const { post, start, said } = cold();
  expect(await post('/hooks/good')).toMatchObject({ statusCode: 202 });
  const error: unknown = await start().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    name: 'RoutesInvalid',
    message: expect.stringMatching(/^routes that cannot be used:\nbad: /) as string,
  });
  expect(said.join('\n')).toMatch(/a route cannot be used/);
  expect(`${said.join('\n')} ${(error as Error).message}`).not.toContain('canary');
});

test('of two that have one path the first is served', async () => {
  put('a', route('a'));
  put('b', route('b', { path: '/hooks/a' }));
  const { post, counted } = cold();
  expect(await post('/hooks/a')).toMatchObject({ statusCode: 202 });
  expect(counted).toEqual(['Accepted a']);
});

test('its accepted events wait in the queue, and are neither in quarantine nor in a file; the others are staged', async () => {
  put('good', route('good'));
  put('bad', route('bad', { table: 7 }));
  const { stage, objects, said } = cold();
  const at = '2026-11-28T11:59:00.000Z';
  const rest = { v: 1, tenant: '', receivedAt: at, seq: 1, body: { in: 'text', text: '{}' } };
  const Records = ['good', 'bad', 'none'].map((source) => ({
    messageId: source,
    body: JSON.stringify({ ...rest, id: source, source }),
  }));
  expect(await stage({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] });
  expect([...objects.keys()].map((key) => key.split('/')[0])).toEqual(['quarantine', 'pending']);
  expect(said.join('\n')).toContain('the route bad cannot be used');
});

test('the loads of the others start, and the function fails, which has an alarm', async () => {
  put('bad', route('bad', { table: 7 }));
  put('good', route('good'));
  const { start, stage, started } = cold();
  const rest = { v: 1, tenant: '', receivedAt: '2026-11-28T11:59:00.000Z', seq: 1, body: { in: 'text', text: '{}' } };
  await stage({ Records: [{ messageId: 'r', body: JSON.stringify({ ...rest, id: 'm', source: 'good' }) }] });
  await expect(start()).rejects.toMatchObject({
    name: 'RoutesInvalid',
    message: expect.stringContaining('bad: table: got a number, allowed: ') as string,
  });
  expect(started).toEqual(['good']);
});

test('a process that knows how it was before serves that, tells it, and takes the repaired one within half a minute', async () => {
  put('a', route('a'));
  put('b', route('b'));
  const { post, start, said, routes, later } = cold();
  expect(await post('/hooks/b')).toMatchObject({ statusCode: 202 });
  put('b', route('b', { path: '/b', table: 'B' }));
  put('a', route('a', { path: '/a' }));
  later(300);
  expect(await post('/hooks/b')).toMatchObject({ statusCode: 202 });
  expect(await post('/a')).toMatchObject({ statusCode: 202 });
  expect(await post('/hooks/none')).toMatchObject({ statusCode: 404 });
  await expect(start()).rejects.toMatchObject({ name: 'RoutesInvalid' });
  expect((await routes.read()).faults).toEqual([expect.objectContaining({ name: 'b', servedAsBefore: true })]);
  expect(said.filter((line) => line.includes('a route cannot be used'))).toHaveLength(1);
  put('b', route('b', { path: '/b' }));
  later(30);
  expect(await post('/b')).toMatchObject({ statusCode: 202 });
  await start();
});

test('half a deployment: of two routes to one table only one has the new column yet, and both are served', async () => {
  const columns = { n: { type: 'bigint', from: '/n' } };
  put('a', route('a', { table: 't' }));
  put('b', route('b', { table: 't' }));
  const { post, routes, later } = cold();
  expect(await post('/hooks/a')).toMatchObject({ statusCode: 202 });
  put('a', route('a', { table: 't', columns }));
  later(300);
  for (const path of ['/hooks/a', '/hooks/b']) expect(await post(path)).toMatchObject({ statusCode: 202 });
  put('b', route('b', { table: 't', columns }));
  later(30);
  for (const path of ['/hooks/a', '/hooks/b']) expect(await post(path)).toMatchObject({ statusCode: 202 });
  expect(await routes.read()).toMatchObject({ routes: [{ columns }, { columns }], faults: [] });
});

test('while Parameter Store does not answer, the routes of before are served, and not each request asks', async () => {
  put('a', route('a'));
  const { post, said, later } = cold();
  expect(await post('/hooks/a')).toMatchObject({ statusCode: 202 });
  aws.fault = () => jsonError('ThrottlingException');
  later(300);
  aws.calls.length = 0;
  for (let n = 0; n < 5; n += 1) expect(await post('/hooks/a')).toMatchObject({ statusCode: 202 });
  expect(aws.operations()).toEqual(['GetParametersByPath']);
  expect(said.filter((line) => line.includes('the routes cannot be read'))).toHaveLength(1);
});

test('without any parameter each request is to be sent again', async () => {
  const { post } = cold();
  expect(await post('/hooks/a')).toMatchObject(retry);
});
