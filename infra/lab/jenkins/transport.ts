import { NamedError } from '../../../functions/shared/named-error';
import { lowerCased, type HttpRequest, type HttpResponse, type Response } from './api/messages';

/** A client's request: `url` without a query, as its own HTTP library takes it. */
interface ClientRequest {
  readonly method: string;
  readonly url: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** How much of the body is read at most, in bytes. */
  readonly limit?: number;
}

interface Answer {
  readonly kind: 'answer';
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly end: 'whole' | 'capped';
}

/**
 * Carries a client's requests to a stand-in without a socket, and without the library that would speak HTTP over it:
 * nothing of a real network is between the client and its answers, so the same run gives the same history on every
 * machine, and takes a fraction of the time.
 */
export function inProcess(handle: (request: HttpRequest) => Response): (asked: ClientRequest) => Promise<Answer> {
  return async (asked) => {
    const answer = handle(requestOf(asked));
    await turns(typeof answer === 'string' ? turnsOfSilence : turnsOfAnswer);
    if (answer === 'refused') throw new NoAnswerError('ECONNREFUSED', 'connect ECONNREFUSED');
    if (answer === 'reset') throw new NoAnswerError('ECONNRESET', 'socket hang up');
    return answerOf(asked, answer);
  };
}

// So many turns, and one of `turns` itself, a library that speaks HTTP takes before its caller continues (axios 1.21).
// Where Lambda runs a step twice at once, the two meet between turns: without these they would meet elsewhere, and
// every seed would tell another history.
const turnsOfAnswer = 6;
const turnsOfSilence = 3;

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

/** What Node's network says of a request that got no answer. */
class NoAnswerError extends NamedError {
  readonly code: string;

  constructor(code: string, message: string) {
    super(code, message, { fault: 'environment' });
    this.code = code;
  }
}

function requestOf({ method, url, query = {}, form, headers }: ClientRequest): HttpRequest {
  const hostAt = url.indexOf('//') + 2;
  const pathAt = url.indexOf('/', hostAt);
  return {
    method,
    path: pathAt < 0 ? '/' : url.slice(pathAt),
    query: encoded(query, encodedOnce),
    headers: { ...headers, Host: pathAt < 0 ? url.slice(hostAt) : url.slice(hostAt, pathAt) },
    body: form === undefined ? '' : encoded(form, encodeURIComponent),
  };
}

function answerOf(
  { url, limit = Number.POSITIVE_INFINITY }: ClientRequest,
  { status, headers, body }: HttpResponse,
): Answer {
  const whole = Buffer.from(body);
  const isCapped = whole.length > limit;
  return {
    kind: 'answer',
    url,
    status,
    headers: lowerCased(headers),
    body: isCapped ? whole.subarray(0, limit) : whole,
    end: isCapped ? 'capped' : 'whole',
  };
}

function encoded(values: Readonly<Record<string, string>>, encode: (text: string) => string): string {
  const pairs = Object.entries(values).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.join('&');
}

const encodedTexts = new Map<string, string>();
/** A client asks for the same few fields all the time; this is for one that makes up new ones. */
const mostKnown = 100;

function encodedOnce(text: string): string {
  const known = encodedTexts.get(text) ?? encodeURIComponent(text);
  if (encodedTexts.size < mostKnown) encodedTexts.set(text, known);
  return known;
}
