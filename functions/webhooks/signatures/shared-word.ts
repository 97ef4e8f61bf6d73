import { createHash } from 'node:crypto';
import type { SchemeOf } from '../contracts/routes';
import { anyEqual } from './equal';
import { refuse, type SignedRequest, type SignatureVerdict } from './verdict';

/** `authorization: Basic …`; a secret is `user:password`, in UTF-8 or, as older senders write it, latin1 (RFC 7617, 2.1). */
export function verifyBasic(secrets: readonly string[], { header }: SignedRequest): SignatureVerdict {
  const text = header('authorization');
  if (text === undefined || text === '') return refuse('signature-missing');
  const [, given] = /^basic +([A-Za-z0-9+/=]+)$/i.exec(text) ?? [];
  if (given === undefined) return refuse('signature-malformed');
  return isAny(
    given,
    secrets.flatMap((secret) => {
      const isLatin1 = /^[\0-\xff]*$/.test(secret);
      return (isLatin1 ? (['utf8', 'latin1'] as const) : (['utf8'] as const)).map((encoding) =>
        Buffer.from(secret, encoding).toString('base64'),
      );
    }),
  );
}

/** A key in a header. */
export function verifyKey(
  { header: name, prefix }: SchemeOf<'key'>,
  secrets: readonly string[],
  { header }: SignedRequest,
): SignatureVerdict {
  const text = header(name);
  if (text === undefined || text === '') return refuse('signature-missing');
  if (!text.startsWith(prefix)) return refuse('signature-malformed');
  return isAny(text.slice(prefix.length), secrets);
}

/** By hashes, all of one length: how long the word is does not show either. */
function isAny(given: string, allowed: readonly string[]): SignatureVerdict {
  return anyEqual([hash(given)], allowed.map(hash)) ? { action: 'accept' } : refuse('signature-wrong');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
