import { Resolver } from 'node:dns/promises';
import { recordTypeOf, recordTypes } from '../contracts/target';
import { addressRefusal } from '../domain/addresses';
import { messageOf } from '../../shared/aws-errors';
import { LookFailed, codeOf } from './failure';
import { withinTime } from './timing';

/**
 * Asks a name server: `dns://1.1.1.1/example.com?type=A`. @returns the answers, a line each, sorted.
 *
 * @throws LookFailed
 */
export async function askNameServer(url: URL, server: string, timeoutMs: number): Promise<string> {
  const name = decodeURIComponent(url.pathname.slice(1));
  const type = recordTypeOf(url);
  if (type === undefined)
    throw new LookFailed('config_error', `not a type of record: one of ${recordTypes.join(', ')}`);
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  const port = url.port === '' ? '' : `:${url.port}`;
  resolver.setServers([server.includes(':') ? `[${server}]${port}` : `${server}${port}`]);
  try {
    const answers = await withinTime(timeoutMs, resolver.resolve(name, type) as Promise<unknown[]>, {
      late: () => new LookFailed('dns_timeout', `${server} did not answer within ${timeoutMs} ms`),
      stop: () => resolver.cancel(),
    });
    // For example a CNAME that leads to itself.
    if (answers.length === 0) throw unknownRecord(name, server);
    return answers.map(lineOf).sort().join('\n');
  } catch (error) {
    throw ofAnswer(error, name, server);
  }
}

function lineOf(answer: unknown): string {
  if (typeof answer === 'string') return answer;
  if (Array.isArray(answer)) return answer.join('');
  return JSON.stringify(answer);
}

function ofAnswer(error: unknown, name: string, server: string): LookFailed {
  if (error instanceof LookFailed) return error;
  switch (codeOf(error)) {
    case 'ENOTFOUND':
    case 'ENODATA':
      return unknownRecord(name, server);
    case 'ETIMEOUT':
    case 'ECANCELLED':
      return new LookFailed('dns_timeout', `${server} did not answer`);
    case 'ECONNREFUSED':
      return new LookFailed('conn_refused', `${server} refuses`);
    case 'EBADNAME':
      return new LookFailed('config_error', `not a name: ${name}`);
    default:
      return new LookFailed('dns_servfail', `${server}: ${messageOf(error)}`);
  }
}

function unknownRecord(name: string, server: string): LookFailed {
  return new LookFailed('dns_nxdomain', `${server} knows no such record of ${name}`);
}

/** @throws LookFailed if the name server's address may not be looked at. */
export function requireServer(server: string, internal: boolean): void {
  const why = addressRefusal(server, internal);
  if (why !== undefined) throw new LookFailed('config_error', `the name server is not queried: ${why}`);
}
