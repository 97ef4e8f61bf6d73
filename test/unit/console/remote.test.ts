import { createServer } from 'node:http';
import { serveCalls } from '../../../infra/lab/stay/calls';
import { remotePort } from '../../../infra/lab/stay/remote';
import { decodeValue, encodeValue } from '../../../infra/lab/stay/wire';

interface Port {
  echo(value: unknown): Promise<unknown>;
  fail(): Promise<never>;
  toString(): string;
}

const port: Port = {
  echo: async (value) => value,
  fail: () => Promise.reject(Object.assign(new Error('not like this'), { name: 'Refused' })),
  toString: () => 'own',
};

async function served(use: (url: string, token: string) => Promise<void>) {
  const { url, close } = await serveCalls({ port, empty: {} }, 'a-token');
  try {
    await use(url, 'a-token');
  } finally {
    await close();
  }
}

test('values arrive as they are, dates as dates', () =>
  served(async (url, token) => {
    const value = { at: new Date(7), list: [1, null, { deep: new Date(8) }], text: '\u202e' };
    expect(await remotePort<Port>({ url, token }, 'port').echo(value)).toEqual(value);
    expect(decodeValue(encodeValue(value))).toEqual(value);
  }));

test('an error arrives with its name', () =>
  served(async (url, token) => {
    await expect(remotePort<Port>({ url, token }, 'port').fail()).rejects.toMatchObject({
      name: 'Refused',
      message: 'not like this',
    });
  }));

test.each([
  ['port', 'nothing'],
  ['nothing', 'echo'],
  ['__proto__', 'toString'],
  ['empty', 'constructor'],
  ['constructor', 'assign'],
])('%s.%s cannot be called', (name, method) =>
  served(async (url, token) => {
    const called = remotePort<Record<string, () => Promise<unknown>>>({ url, token }, name)[method]!();
    await expect(called).rejects.toMatchObject({ name: 'NoSuchCall' });
  }),
);

test('a caller without the token is refused before anything is read, and no answer lets a page of another site in', () =>
  served(async (url) => {
    const stranger = remotePort<Port>({ url, token: 'wrong-token' }, 'port').echo(1);
    await expect(stranger).rejects.toMatchObject({
      name: 'LabGone',
      message: expect.not.stringContaining('wrong-token') as string,
    });
    const preflight = await fetch(`${url}/calls`, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect(preflight.status).toBe(401);
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect((await fetch(`${url}/calls`, { headers: { authorization: 'Bearer a-token' } })).status).toBe(404);
    const large = await fetch(`${url}/calls`, {
      method: 'POST',
      headers: { authorization: 'Bearer a-token' },
      body: 'x'.repeat(1024 * 1024 + 1),
    });
    expect(large.status).toBe(413);
  }));

test('a lab that is gone is said to be', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const gone = remotePort<Port>({ url: `http://127.0.0.1:${free}`, token: 'secret-token' }, 'port').echo(1);
  await expect(gone).rejects.toMatchObject({
    name: 'LabGone',
    message: expect.stringContaining('npm start -- --stay') as string,
  });
  await expect(gone).rejects.not.toMatchObject({ message: expect.stringContaining('secret-token') as string });
});
