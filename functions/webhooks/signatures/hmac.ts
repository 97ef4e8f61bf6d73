import { createHmac } from 'node:crypto';
import type { SchemeOf } from '../contracts/routes';
import { anyEqual } from './equal';
import { secretKey } from './secret-key';
import { checkTimestamp, refuse, type SignedRequest, type SignatureVerdict } from './verdict';

/**
 * A signature in one header, over the body and perhaps an id and a time, as most senders have it (Shopify, Slack,
 * GitHub …). Without a time, any client that has seen the request can replay it: then only the event's id shows that.
 */
export function verifyHmac(
  scheme: SchemeOf<'hmac'>,
  secrets: readonly string[],
  { header, body, nowMs }: SignedRequest,
): SignatureVerdict {
  const text = header(scheme.header);
  if (text === undefined || text === '') return refuse('signature-missing');
  if (!text.startsWith(scheme.prefix)) return refuse('signature-malformed');
  const id = scheme.idHeader === undefined ? undefined : header(scheme.idHeader);
  if (scheme.idHeader !== undefined && (id ?? '') === '') return refuse('id-missing');
  const timestamp = scheme.timestampHeader === undefined ? undefined : header(scheme.timestampHeader);
  if (scheme.timestampHeader !== undefined) {
    const untimely = checkTimestamp(timestamp, scheme.toleranceSeconds, nowMs);
    if (untimely !== undefined) return refuse(untimely);
  }
  const before =
    scheme.signed === '{body}'
      ? ''
      : scheme.signed
          .slice(0, -'{body}'.length)
          .replaceAll(/\{(id|timestamp)\}/g, (_, word: string) => (word === 'id' ? (id ?? '') : (timestamp ?? '')));
  const expected = secrets.map((secret) => {
    const hmac = createHmac(scheme.algorithm, secretKey(secret));
    if (before !== '') hmac.update(before);
    return hmac.update(body).digest(scheme.encoding);
  });
  if (!anyEqual([text.slice(scheme.prefix.length)], expected)) return refuse('signature-wrong');
  return { action: 'accept', ...(id !== undefined && scheme.signed.includes('{id}') && { id }) };
}

/** GitHub: `x-hub-signature-256: sha256=<hex>`, over the body alone. Source: octokit/webhooks-methods.js. */
export const githubAsHmac: SchemeOf<'hmac'> = {
  kind: 'hmac',
  header: 'x-hub-signature-256',
  algorithm: 'sha256',
  encoding: 'hex',
  prefix: 'sha256=',
  signed: '{body}',
  toleranceSeconds: 300,
};
