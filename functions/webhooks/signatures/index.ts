import type { Scheme } from '../contracts/routes';
import { githubAsHmac, verifyHmac } from './hmac';
import { verifyBasic, verifyKey } from './shared-word';
import { verifyStandard } from './standard';
import { verifyStripe } from './stripe';
import type { SignedRequest, SignatureVerdict } from './verdict';

/**
 * Whether a request comes from the sender that it names.
 *
 * @param secrets all that count now: more than one while one follows another. An empty one never counts.
 */
export function verifySignature(scheme: Scheme, secrets: readonly string[], signed: SignedRequest): SignatureVerdict {
  const usable = secrets.filter((secret) => secret !== '');
  switch (scheme.kind) {
    case 'standard-webhooks':
    case 'svix':
      return verifyStandard(scheme, usable, signed);
    case 'stripe':
      return verifyStripe(scheme, usable, signed);
    case 'github':
      return verifyHmac(githubAsHmac, usable, signed);
    case 'hmac':
      return verifyHmac(scheme, usable, signed);
    case 'basic':
      return verifyBasic(usable, signed);
    case 'key':
      return verifyKey(scheme, usable, signed);
  }
}

export type { RefusalReason, SignedRequest, SignatureVerdict } from './verdict';
