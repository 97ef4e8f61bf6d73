import axios from 'axios';
import { NamedError } from '../../../functions/shared/named-error';
import { decodeValue, encodeValue, type WireAnswer } from './wire';

/** Where a lab is served, and what opens it. */
export interface Address {
  readonly url: string;
  readonly token: string;
}

const patienceMs = 30_000;

/**
 * A port of a lab that runs in another process: every call goes there.
 *
 * @throws NamedError with the name that the error had there, and `LabGone` where no lab answers.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- says which port the name is of
export function remotePort<Port extends object>(address: Address, port: string): Port {
  return new Proxy({} as Port, {
    get: (_, method) =>
      typeof method === 'string' && method !== 'then'
        ? (...args: unknown[]) => callThere(address, { port, method, args })
        : undefined,
  });
}

async function callThere({ url, token }: Address, call: object): Promise<unknown> {
  const answered = await send(`${url}/calls`, token, encodeValue(call));
  const wired = decodeValue(answered) as WireAnswer;
  if ('error' in wired) throw new NamedError(wired.error.name, wired.error.message, { fault: 'environment' });
  return wired.value;
}

async function send(url: string, token: string, body: string): Promise<string> {
  try {
    const { status, data } = await axios.post<string>(url, body, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      responseType: 'text',
      transformResponse: (text: string) => text,
      maxRedirects: 0,
      proxy: false,
      validateStatus: () => true,
      signal: AbortSignal.timeout(patienceMs),
    });
    if (status === 200) return data;
    throw new NamedError('LabGone', `the lab at ${url} answers ${status}: it is another one by now`, {
      fault: 'environment',
    });
  } catch (error) {
    if (error instanceof NamedError) throw error;
    // axios' own error carries the token.
    throw new NamedError('LabGone', `no lab answers at ${url}: start one with npm start -- --stay`, {
      fault: 'environment',
    });
  }
}
