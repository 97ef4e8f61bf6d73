import { createHmac } from 'node:crypto';
import type { SchemeOf } from '../contracts/routes';
import { anyEqual } from './equal';
import { secretKey } from './secret-key';
import { checkTimestamp, mostSignatures, refuse, type SignedRequest, type SignatureVerdict } from './verdict';

/**
 * Stripe: `stripe-signature: t=…,v1=…,v1=…`, HMAC-SHA256 in hexadecimal over `t.body`, the key being the whole secret
 * with its `whsec_`. Source: stripe/stripe-node, src/Webhooks.ts.
 */
export function verifyStripe(
  { toleranceSeconds }: SchemeOf<'stripe'>,
  secrets: readonly string[],
  { header, body, nowMs }: SignedRequest,
): SignatureVerdict {
  const text = header('stripe-signature');
  if (text === undefined || text === '') return refuse('signature-missing');
  const parts = text.split(',').map((part) => {
    const at = part.indexOf('=');
    return [part.slice(0, at).trim(), part.slice(at + 1)] as const;
  });
  const valuesOf = (key: string) => parts.filter(([name]) => name === key).map(([, value]) => value);
  const [times, given] = [valuesOf('t'), valuesOf('v1')];
  if (parts.length > mostSignatures + 1) return refuse('signatures-too-many');
  if (times.length > 1 || given.length === 0) return refuse('signature-malformed');
  const [timestamp] = times;
  const untimely = checkTimestamp(timestamp, toleranceSeconds, nowMs);
  if (untimely !== undefined) return refuse(untimely);
  const expected = secrets.map((secret) =>
    createHmac('sha256', secretKey(secret))
      .update(`${timestamp ?? ''}.`)
      .update(body)
      .digest('hex'),
  );
  return anyEqual(given, expected) ? { action: 'accept' } : refuse('signature-wrong');
}
