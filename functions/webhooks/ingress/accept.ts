import { createHash } from 'node:crypto';
import type { Route } from '../contracts/routes';
import type { Envelope } from '../contracts/envelope';
import type { EventQueue } from '../ports/queue';
import type { ObjectStore } from '../ports/objects';
import { claimKey } from '../stager/keys';
import { jsonText } from './json-text';

/** Bytes. SQS takes messages of 1,048,576; above this the body goes to the store, and the message says where. */
export const largestMessage = 900_000;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

interface AcceptedRequest {
  readonly route: Route;
  readonly about: Omit<Envelope, 'v' | 'source' | 'body'>;
}

/** Makes an accepted request durable. It is accepted when this has resolved, and not before. */
export async function accept(
  { queue, store }: { readonly queue: EventQueue; readonly store: ObjectStore },
  given: AcceptedRequest & { readonly body: Uint8Array },
): Promise<void> {
  const { route, about, body } = given;
  // JSON writes a control character in six, base64 three bytes in four: each body is measured as it is sent.
  const small = body.byteLength <= largestMessage ? messageOf(given, inMessage(body)) : undefined;
  if (small !== undefined && fits(small)) {
    await queue.send(small);
    return;
  }
  const key = claimKey({ ...about, source: route.name });
  await store.put(key, body);
  await queue.send(messageOf(given, { in: 'store', key, bytes: body.byteLength }));
}

/** No character has more than three bytes in each of its units: most messages need not be measured. */
const fits = (message: string) => 3 * message.length <= largestMessage || Buffer.byteLength(message) <= largestMessage;

function messageOf({ route, about }: AcceptedRequest, body: Envelope['body']): string {
  const rest = { v: 1, source: route.name, ...about } satisfies Omit<Envelope, 'body'>;
  const written = body.in === 'text' ? `{"in":"text","text":${jsonText(body.text)}}` : JSON.stringify(body);
  return `${JSON.stringify(rest).slice(0, -1)},"body":${written}}`;
}

function inMessage(body: Uint8Array): Envelope['body'] {
  try {
    const text = utf8.decode(body);
    // SQS takes only characters of XML 1.0; JSON escapes the control characters, and these two are left. A text of as many
    // characters as bytes is ASCII, which most are, and need not be looked through.
    return text.length < body.byteLength && /[\ufffe\uffff]/.test(text)
      ? { in: 'base64', base64: base64(body) }
      : { in: 'text', text };
  } catch {
    return { in: 'base64', base64: base64(body) };
  }
}

function base64(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64');
}

/** What the log may know of a body that was refused. */
export function fingerprint(body: Uint8Array): { readonly bytes: number; readonly sha256: string } {
  return { bytes: body.byteLength, sha256: createHash('sha256').update(body).digest('hex') };
}
