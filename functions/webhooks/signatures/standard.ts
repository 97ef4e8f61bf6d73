import { createHmac, createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { SchemeOf } from '../contracts/routes';
import { anyEqual } from './equal';
import { secretKey } from './secret-key';
import { checkTimestamp, mostSignatures, refuse, type SignedRequest, type SignatureVerdict } from './verdict';

/**
 * Of an id that reaches into what was signed behind it. Only full stops part the three, so a client that has seen a signed
 * request could take its time, and the beginning of its body, for the end of the id, and the rest for another event.
 */
const shifted = /\.\d{9,12}(?:\.|$)/;

/**
 * Standard Webhooks (and Svix, which differs in the names of the headers): HMAC-SHA256 or Ed25519 over
 * `id.timestamp.body`. The header holds several signatures while a key is being changed.
 *
 * Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
 */
export function verifyStandard(
  { kind, toleranceSeconds }: SchemeOf<'standard-webhooks' | 'svix'>,
  secrets: readonly string[],
  { header, body, nowMs }: SignedRequest,
): SignatureVerdict {
  const prefix = kind === 'svix' ? 'svix' : 'webhook';
  const [id, timestamp, text] = [header(`${prefix}-id`), header(`${prefix}-timestamp`), header(`${prefix}-signature`)];
  if (text === undefined || text === '') return refuse('signature-missing');
  if (id === undefined || id === '') return refuse('id-missing');
  if (shifted.test(id)) return refuse('id-malformed');
  const untimely = checkTimestamp(timestamp, toleranceSeconds, nowMs);
  if (untimely !== undefined) return refuse(untimely);
  const parts = text.split(' ').filter((part) => part !== '');
  if (parts.length > mostSignatures) return refuse('signatures-too-many');
  const ofVersion = (version: string) =>
    parts.filter((part) => part.startsWith(`${version},`)).map((part) => part.slice(version.length + 1));
  const [symmetric, asymmetric] = [ofVersion('v1'), ofVersion('v1a')];
  if (symmetric.length + asymmetric.length === 0) return refuse('signature-malformed');
  const before = `${id}.${timestamp ?? ''}.`;
  const bySecret = symmetric.length > 0 && anyEqual(symmetric, hmacs(secrets, before, body));
  const signed = asymmetric.length > 0 ? Buffer.concat([Buffer.from(before, 'utf8'), body]) : body;
  const byKey = secrets.some((secret) => asymmetric.some((one) => isOfKey(secret, one, signed)));
  return bySecret || byKey ? { action: 'accept', id } : refuse('signature-wrong');
}

function hmacs(secrets: readonly string[], before: string, body: Uint8Array): string[] {
  return (
    secrets
      .filter((secret) => !secret.startsWith('whpk_') && !secret.startsWith('whsk_'))
      .map((secret) => secretKey(secret.replace(/^whsec_/, ''), 'base64'))
      // An empty key is known to every client.
      .filter((key) => key.symmetricKeySize !== 0)
      .map((key) => createHmac('sha256', key).update(before).update(body).digest('base64'))
  );
}

function isOfKey(secret: string, signature: string, signed: Uint8Array): boolean {
  const key = publicKey(secret);
  const bytes = Buffer.from(signature, 'base64');
  // In the one way of writing it: some of base64's last bits are read by no decoder.
  if (key === undefined || bytes.length !== 64 || bytes.toString('base64') !== signature) return false;
  return verify(null, signed, key, bytes);
}

// The DER that stands before the 32 bytes of an Ed25519 public key (RFC 8410).
const spki = Buffer.from('302a300506032b6570032100', 'hex');
const keys = new Map<string, KeyObject | undefined>();

function publicKey(secret: string): KeyObject | undefined {
  if (!secret.startsWith('whpk_')) return undefined;
  if (keys.has(secret)) return keys.get(secret);
  const raw = Buffer.from(secret.slice('whpk_'.length), 'base64');
  const key =
    raw.length === 32 ? createPublicKey({ key: Buffer.concat([spki, raw]), format: 'der', type: 'spki' }) : undefined;
  keys.set(secret, key);
  return key;
}
