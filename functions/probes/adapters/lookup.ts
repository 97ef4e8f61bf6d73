import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { addressRefusal } from '../domain/addresses';
import { messageOf } from '../../shared/aws-errors';
import { codeOf, LookFailed } from './failure';
import { withinTime } from './timing';

export interface LookupRequest {
  readonly host: string;
  readonly family: 4 | 6 | 'any';
  readonly internal: boolean;
  readonly timeoutMs: number;
}

export interface LookupResult {
  readonly address: string;
  /** The other addresses of the name, which are not looked at. */
  readonly others: readonly string[];
}

/**
 * The address to connect to: the first one from the system's resolver that may be looked at. The look connects to this very
 * address, never to the result of a second look-up.
 *
 * @throws LookFailed
 */
export async function resolveAddress({ host, family, internal, timeoutMs }: LookupRequest): Promise<LookupResult> {
  const bare = host.replace(/^\[|\]$/g, '');
  const found = isIP(bare) === 0 ? await resolve(bare, family, timeoutMs) : [bare];
  const refusals = found.map((address) => addressRefusal(address, internal));
  // A private address among public ones is a sign of DNS rebinding: none of them is looked at.
  const forbidden = refusals.find((why) => why !== undefined);
  if (forbidden !== undefined) throw new LookFailed('config_error', `${host} is not checked: ${forbidden}`);
  const [address] = found;
  if (address === undefined) throw new LookFailed('dns_nxdomain', `${host} has no address${familyText(family)}`);
  return { address, others: found.slice(1) };
}

/** Each look-up occupies one of Node's threads until the system's resolver gives up, which is later than the look does. */
// eslint-disable-next-line no-restricted-syntax -- Node reads it here itself, when it starts: it is no setting of ours
const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
let underWay = 0;

/** A look-up by the system's resolver; it cannot be cancelled. */
async function addressesOf(host: string, family: LookupRequest['family']): Promise<string[]> {
  underWay += 1;
  try {
    const answers = await lookup(host, { all: true, family: family === 'any' ? 0 : family, verbatim: true });
    return answers.map(({ address }) => address);
  } finally {
    underWay -= 1;
  }
}

async function resolve(host: string, family: LookupRequest['family'], timeoutMs: number): Promise<string[]> {
  // No thread is left: this look-up would wait for the name servers of others.
  const mayWait = underWay >= threads;
  try {
    return await withinTime(timeoutMs, addressesOf(host, family), {
      late: () =>
        mayWait
          ? new LookFailed('probe_overload', `the look-up of ${host} waited for others, which did not end`)
          : new LookFailed('dns_timeout', `no answer for ${host} within ${timeoutMs} ms`),
      stop: () => undefined,
    });
  } catch (error) {
    throw ofLookup(error, host, family);
  }
}

function ofLookup(error: unknown, host: string, family: LookupRequest['family']): LookFailed {
  if (error instanceof LookFailed) return error;
  switch (codeOf(error)) {
    case 'ENOTFOUND':
    case 'ENODATA':
    case 'ENONAME':
      return new LookFailed(
        'dns_nxdomain',
        `no such name${family === 'any' ? '' : `, or no address${familyText(family)}`}: ${host}`,
      );
    case 'ETIMEOUT':
    case 'ETIMEDOUT':
      return new LookFailed('dns_timeout', `no answer for ${host}`);
    case 'EBADNAME':
    case 'EINVAL':
      return new LookFailed('config_error', `not a name: ${host}`);
    default:
      return new LookFailed('dns_servfail', `${host}: ${messageOf(error)}`);
  }
}

function familyText(family: LookupRequest['family']): string {
  return family === 'any' ? '' : ` of IPv${family}`;
}
