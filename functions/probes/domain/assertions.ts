import type { Reason } from '../contracts/reasons';
import type { Assertions } from '../contracts/target';

/** An answer over HTTP, as far as it is judged. */
export interface HttpResponseText {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first 64 KB. */
  readonly body: string;
}

/** What an answer falls short of. */
export interface Shortfall {
  readonly reason: Extract<Reason, 'http_status' | 'body_mismatch' | 'config_error'>;
  readonly detail: string;
}

/** Whether a pattern is in a text; `undefined` when finding that takes too long. */
export type PatternTest = (source: string, text: string) => boolean | undefined;

/** What of the assertions an answer does not keep; `undefined` for a good one. */
export function judgeAnswer(
  answer: HttpResponseText,
  { status, headers = {}, ...body }: Assertions,
  testPattern: PatternTest,
): Shortfall | undefined {
  const wanted = status ?? ['2xx'];
  if (!wanted.some((one) => isStatus(answer.status, one)))
    return { reason: 'http_status', detail: `status ${answer.status}, expected ${wanted.join(', ')}` };
  for (const [name, source] of Object.entries(headers)) {
    const value = answer.headers[name.toLowerCase()];
    if (value === undefined) return mismatch(`header ${name} is missing`);
    const found = matches(`header ${name}`, source, value, testPattern);
    if (found !== undefined) return found;
  }
  const found = judgeBody(answer.body, body, testPattern);
  const { 'content-encoding': encoding } = answer.headers;
  // It is asked for as it is, and never unpacked: a few kilobytes can be gigabytes.
  return found?.reason === 'body_mismatch' && encoding !== undefined && encoding !== 'identity'
    ? { ...found, detail: `${found.detail}: it is compressed (${encoding}), which was not requested` }
    : found;
}

function judgeBody(
  body: string,
  { bodyContains, bodyLacks, bodyMatches, json = [] }: Assertions,
  testPattern: PatternTest,
): Shortfall | undefined {
  if (bodyContains !== undefined && !body.includes(bodyContains)) return mismatch(`the body has no "${bodyContains}"`);
  if (bodyLacks !== undefined && body.includes(bodyLacks)) return mismatch(`the body has "${bodyLacks}"`);
  const found = bodyMatches === undefined ? undefined : matches('the body', bodyMatches, body, testPattern);
  if (found !== undefined) return found;
  if (json.length === 0) return undefined;
  const parsed = parse(body);
  if (parsed === undefined) return mismatch('the body is not JSON');
  for (const { path, equals, atLeast, atMost } of json) {
    const found = at(parsed.value, path);
    if (equals !== undefined && found !== equals)
      return mismatch(`${path} is ${show(found)}, expected ${show(equals)}`);
    const isNumber = typeof found === 'number';
    if (atLeast !== undefined && !(isNumber && found >= atLeast))
      return mismatch(`${path} is ${show(found)}, expected at least ${atLeast}`);
    if (atMost !== undefined && !(isNumber && found <= atMost))
      return mismatch(`${path} is ${show(found)}, expected at most ${atMost}`);
    if (equals === undefined && atLeast === undefined && atMost === undefined && found === undefined)
      return mismatch(`${path} is missing`);
  }
  return undefined;
}

/** A pattern that this text makes slow is a mistake of ours, and no word about the target. */
function matches(what: string, source: string, text: string, testPattern: PatternTest): Shortfall | undefined {
  const found = testPattern(source, text);
  if (found === undefined) return { reason: 'config_error', detail: `${source} takes too long on ${what}` };
  return found ? undefined : mismatch(`${what} does not match ${source}`);
}

function mismatch(detail: string): Shortfall {
  return { reason: 'body_mismatch', detail };
}

function isStatus(status: number, wanted: number | string): boolean {
  return typeof wanted === 'number' ? status === wanted : wanted.startsWith(String(Math.floor(status / 100)));
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    // Some write a byte order mark before it, which is no part of the text.
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch {
    return undefined;
  }
}

/** Own properties only: a path such as `constructor.name` finds nothing. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((found, key) => {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    return (found as Record<string, unknown>)[key];
  }, value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? 'missing' : text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
