import type { Readable } from 'node:stream';
import { AxiosError, AxiosHeaders, type AxiosAdapter, type InternalAxiosRequestConfig } from 'axios';
import type { HttpRequest, Response } from './api/messages';

/**
 * Carries axios' requests to a stand-in without a socket: nothing of a real network is between the client and its
 * answers, so the same run gives the same history on every machine, and takes a fraction of the time.
 */
export function inProcess(handle: (request: HttpRequest) => Response): AxiosAdapter {
  return async (config) => {
    const answer = handle(requestOf(config));
    if (answer === 'refused') throw new AxiosError('connect ECONNREFUSED', 'ECONNREFUSED', config);
    if (answer === 'reset') throw new AxiosError('socket hang up', 'ECONNRESET', config);
    return {
      status: answer.status,
      statusText: '',
      headers: new AxiosHeaders({ ...answer.headers }),
      data: bodyOf(answer.body),
      config,
    };
  };
}

/**
 * As much of a stream as a reader of one needs: a list can be read with `for await` as well. A real stream would go
 * through the event loop, and virtual time could overtake it.
 */
function bodyOf(text: string): Readable {
  return [Buffer.from(text)] as unknown as Readable;
}

function requestOf(config: InternalAxiosRequestConfig): HttpRequest {
  const { method = 'get', url = '', paramsSerializer, headers } = config;
  const params = (config.params ?? {}) as Record<string, string>;
  const data: unknown = config.data;
  const { host, pathname } = new URL(url);
  const query = typeof paramsSerializer === 'object' ? paramsSerializer.serialize?.(params) : '';
  const plain = Object.entries(headers.toJSON()).map(([name, value]) => [name, String(value)]);
  return {
    method: method.toUpperCase(),
    path: pathname,
    query: query ?? '',
    headers: { ...(Object.fromEntries(plain) as Record<string, string>), Host: host },
    body: typeof data === 'string' ? data : '',
  };
}
