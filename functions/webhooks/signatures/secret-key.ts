import { createSecretKey, type KeyObject } from 'node:crypto';

/** More than all routes have while their secrets are being changed; those of before are let go then. */
const most = 2_000;
const made = new Map<string, KeyObject>();

/** A secret as the key of an HMAC: made once, since making it costs a third of the signature of a small body. */
export function secretKey(secret: string, encoding: 'utf8' | 'base64' = 'utf8'): KeyObject {
  const name = `${encoding} ${secret}`;
  const known = made.get(name);
  if (known !== undefined) return known;
  if (made.size >= most) made.clear();
  const key = createSecretKey(Buffer.from(secret, encoding));
  made.set(name, key);
  return key;
}
