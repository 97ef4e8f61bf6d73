import type { Reason } from '../contracts/reasons';
import type { Assertions } from '../contracts/target';

/** The parts of an HTTP answer that assertions look at. */
export interface HttpResponseText {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first 64 KB. */
  readonly body: string;
}

/** The first assertion that an answer does not meet. */
export interface Shortfall {
  readonly reason: Extract<Reason, 'http_status' | 'body_mismatch' | 'config_error'>;
  readonly detail: string;
}

/** Whether a pattern matches a text; `undefined` when that takes too long to find out. */
export type PatternTest = (source: string, text: string) => boolean | undefined;

/** The first assertion that the answer does not meet; `undefined` when it meets all. */
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
  // Requests ask for no compression, and nothing is unpacked: a few kilobytes can become gigabytes.
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

/** A pattern that is too slow on this text is a mistake in the configuration; it says nothing about the target. */
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
    // Some servers send a byte order mark first, which JSON.parse refuses.
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
