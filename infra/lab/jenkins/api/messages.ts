import { NamedError } from '../../../../functions/shared/named-error';

/** A request in plain values. `path` and `query` as they are on the wire: percent-encoded, the query without `?`. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  /** Any case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What comes back: an answer, a connection cut off without one, or no connection at all. */
export type Response = HttpResponse | 'reset' | 'refused';

/** Ends the handling of a request with an answer, from however deep down: Stapler does it in the same way. */
export class Refusal extends NamedError<'Refusal'> {
  readonly response: HttpResponse;

  constructor(response: HttpResponse) {
    super('Refusal', `answered with status ${response.status}`, { fault: 'operator' });
    this.response = response;
  }
}

export function lowerCased(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name of Object.keys(headers)) lower[lowerCase(name)] = headers[name] ?? '';
  return lower;
}

const lowerCases = new Map<string, string>();
/** There are a dozen names of headers; this is for a client that makes up new ones. */
const mostKnown = 100;

function lowerCase(name: string): string {
  const lower = lowerCases.get(name) ?? name.toLowerCase();
  if (lowerCases.size < mostKnown) lowerCases.set(name, lower);
  return lower;
}

/** 201, 302, 303: nothing but a place to go to, and no X-Jenkins (FACTS.md, 7). */
export function redirect(status: number, location: string): HttpResponse {
  return { status, headers: { Location: location }, body: '' };
}

export function plainText(body: string, headers: Record<string, string> = {}): HttpResponse {
  return { status: 200, headers: { 'Content-Type': 'text/plain;charset=utf-8', ...headers }, body };
}
