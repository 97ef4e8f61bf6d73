import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { Envelope } from '../contracts/envelope';
import type { ObjectStore } from '../ports/objects';
import type { QuarantineReason } from '../domain/row';
import { encodingsIn } from './keys';

/** A body may inflate to this and no further: a kilobyte of gzip can hold a megabyte of nothing. */
const mostInflated = 10_000_000;

export interface EventBody {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly text: { readonly value: string } | { readonly refused: QuarantineReason; readonly detail: string };
}

/** The bytes of an event as they came, and their text. `undefined`: the store does not have them. */
export async function openBody(store: ObjectStore, envelope: Envelope): Promise<EventBody | undefined> {
  const bytes = await bytesOf(store, envelope);
  if (bytes === undefined) return undefined;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bytes, sha256, text: textOf(bytes, envelope.contentEncoding) };
}

async function bytesOf(store: ObjectStore, { body }: Envelope): Promise<Uint8Array | undefined> {
  switch (body.in) {
    case 'text':
      return Buffer.from(body.text, 'utf8');
    case 'base64':
      return Buffer.from(body.base64, 'base64');
    case 'store':
      return store.get(body.key);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

function textOf(bytes: Uint8Array, contentEncoding: string | undefined): EventBody['text'] {
  let plain = bytes;
  // Applied in the order in which they are listed, so undone from the last.
  const encodings = encodingsIn(contentEncoding);
  if (encodings.length > 3) return { refused: 'encoding-unknown', detail: 'more than three encodings' };
  for (const encoding of encodings.reverse()) {
    const inflate = inflaters.get(encoding);
    if (inflate === undefined) return { refused: 'encoding-unknown', detail: encoding.slice(0, 40) };
    try {
      plain = inflate(plain);
    } catch (error) {
      const far =
        typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
      return { refused: far ? 'inflates-too-far' : 'encoding-broken', detail: encoding };
    }
  }
  try {
    return { value: utf8.decode(plain) };
  } catch {
    return { refused: 'not-utf8', detail: `${plain.byteLength} bytes` };
  }
}

const limit = { maxOutputLength: mostInflated };
// A Map: an encoding that is called `constructor` is none.
const inflaters = new Map<string, (bytes: Uint8Array) => Uint8Array>([
  ['gzip', (bytes) => gunzipSync(bytes, limit)],
  ['x-gzip', (bytes) => gunzipSync(bytes, limit)],
  ['br', (bytes) => brotliDecompressSync(bytes, limit)],
  // With the header of zlib, as it is specified, or without, as many do it.
  ['deflate', (bytes) => (((bytes[0] ?? 0) & 0x0f) === 8 ? inflateSync(bytes, limit) : inflateRawSync(bytes, limit))],
]);
